using System.Globalization;
using System.Text;
using Weir.AccessLogs;
using Weir.Balancer;
using Weir.Http.Http2;
using Weir.Model;

namespace Weir.Admin;

/// <summary>Writes the counters of a node in the Prometheus text format.</summary>
// Source: Prometheus documentation, text-based exposition format 0.0.4
internal sealed class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly (ReuseCount Count, string Name, string Help)[] _reuseCounters =
    [
        (ReuseCount.Opened, "weir_target_group_connections_opened_total", "Connections opened to a target group."),
        (ReuseCount.Reused, "weir_target_group_connections_reused_total", "Requests sent to a target group on a connection that had carried one before."),
        (ReuseCount.Retried, "weir_target_group_requests_retried_total", "Requests that met a close and were saved by a new connection."),
        (ReuseCount.Withheld, "weir_target_group_reuses_withheld_total", "Reuses declined for age."),
        (ReuseCount.NearMisses, "weir_target_group_near_misses_total", "Withheld reuses that would have met the target's close."),
        (ReuseCount.Replaced, "weir_target_group_connections_replaced_total", "Connections found dead before a byte of the request was on them."),
    ];

    private readonly StringBuilder _text = new();

    private MetricsText()
    {
    }

    public static string Write(NodeStatus node)
    {
        var metrics = new MetricsText();
        metrics.WriteNode(node);
        foreach (CounterRow row in CounterTable.Rows)
        {
            metrics.Head(row.Name, row.IsGauge, row.Help);
            metrics.Sample(row.Name, "", node.Sum(row.Counter));
        }

        metrics.WriteFailures(node);
        metrics.WriteHttp2Faults(node);
        metrics.WriteCertificates(node);
        metrics.WriteTargets(node);
        metrics.WriteReuse(node);
        if (node.Log is { } log)
        {
            metrics.WriteLog("access", log);
        }

        if (node.ConnectionLog is { } connectionLog)
        {
            metrics.WriteLog("connection", connectionLog);
        }

        if (node.Explain is { } explain)
        {
            metrics.WriteLog("explain", explain);
        }

        return metrics._text.ToString();
    }

    /// <summary>`name="value",…` with the characters escaped that the format asks for.</summary>
    internal static string Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var text = new StringBuilder();
        foreach ((string name, string value) in labels)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(name).Append("=\"");
            text.Append(value.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal));
            text.Append('"');
        }

        return text.ToString();
    }

    private void WriteNode(NodeStatus node)
    {
        Head("weir_build_info", true, "The version that runs; always 1.");
        Sample("weir_build_info", Labels(("version", BuildVersion.Number)), 1);
        Head("weir_start_time_seconds", true, "When the node started, in seconds since 1970.");
        Sample("weir_start_time_seconds", "", node.StartedAt.ToUnixTimeSeconds());
        Head("weir_loops", true, "Event loops.");
        Sample("weir_loops", "", node.Loops);
        Head("weir_client_connections_limit", true, "Client connections that may be open at once; those beyond wait to be accepted. 0: no limit.");
        Sample("weir_client_connections_limit", "", node.MaxClientConnections);
        Head("weir_draining", true, "1 when the node is stopping and takes no new connections.");
        Sample("weir_draining", "", node.IsDraining ? 1 : 0);
    }

    // Every reason from the start, with zero: a rate can be taken of the first one.
    private void WriteFailures(NodeStatus node)
    {
        Head("weir_failures_total", false, "Exchanges that failed, by reason and by whose doing it was.");
        foreach (FailureRow row in FailureTable.Rows)
        {
            Sample("weir_failures_total", Labels(("reason", row.Name), ("side", HealthNames.Of(row.Side))), node.Sum(row.Reason));
        }
    }

    private void WriteHttp2Faults(NodeStatus node)
    {
        WriteHttp2Faults("weir_http2_faults_total", "clients", node.Sum);
        WriteHttp2Faults("weir_target_http2_faults_total", "targets", node.SumOfTargets);
    }

    private void WriteHttp2Faults(string name, string peers, Func<Http2Fault, long> count)
    {
        Head(name, false, $"Faults of HTTP/2 {peers}, by kind: those of a connection end it, those of a stream reset it.");
        foreach (Http2Fault fault in Enum.GetValues<Http2Fault>().Where(static fault => fault != Http2Fault.None))
        {
            string labels = Labels(
                ("fault", Encoding.ASCII.GetString(Http2FaultNames.Of(fault))),
                ("ends", Http2Faults.EndsConnection(fault) ? "connection" : "stream"));
            Sample(name, labels, count(fault));
        }
    }

    private void WriteCertificates(NodeStatus node)
    {
        const string NotAfter = "weir_listener_certificate_not_after_seconds";
        Head(NotAfter, true, "When a listener's certificate expires, in seconds since 1970, by the file it was read from and its subject.");
        foreach (LoadBalancerSnapshot balancer in node.Snapshot.LoadBalancers)
        {
            foreach (ListenerSnapshot listener in balancer.Listeners)
            {
                string labels = Labels(
                    ("load_balancer", balancer.Name),
                    ("port", node.EndPointOf(balancer, listener).Port.ToString(CultureInfo.InvariantCulture)));
                foreach (ListenerCertificate certificate in node.CertificatesOf(listener))
                {
                    Sample(
                        NotAfter,
                        $"{labels},{Labels(("file", certificate.File), ("subject", certificate.Subject))}",
                        certificate.NotAfter.ToUnixTimeSeconds());
                }
            }
        }
    }

    private void WriteTargets(NodeStatus node)
    {
        var targets = (
            from groupSnapshot in node.Snapshot.TargetGroups
            from target in groupSnapshot.Targets
            select (Group: groupSnapshot, Target: target, Health: node.HealthOf(groupSnapshot, target))).ToArray();
        Head("weir_target_healthy", true, "1 when a target passes its health checks.");
        foreach ((TargetGroupSnapshot group, TargetSnapshot target, TargetHealthStatus health) in targets)
        {
            Sample("weir_target_healthy", LabelsOf(group, target), health.State == TargetHealthState.Healthy ? 1 : 0);
        }

        Head("weir_target_state", true, "The state of a target, with ALB's reason code; always 1.");
        foreach ((TargetGroupSnapshot group, TargetSnapshot target, TargetHealthStatus health) in targets)
        {
            string state = Labels(("state", HealthNames.Of(health.State)), ("reason", health.ReasonCode));
            Sample("weir_target_state", $"{LabelsOf(group, target)},{state}", 1);
        }
    }

    private void WriteReuse(NodeStatus node)
    {
        (string Labels, GroupReuseSum Reuse)[] groups =
            [.. node.Snapshot.TargetGroups.Select(group => (Labels(("target_group", group.Name)), node.ReuseOf(group)))];
        foreach ((ReuseCount count, string name, string help) in _reuseCounters)
        {
            Head(name, false, help);
            foreach ((string labels, GroupReuseSum reuse) in groups)
            {
                Sample(name, labels, reuse[count]);
            }
        }

        const string Bad = "weir_target_group_502_total";
        Head(Bad, false, "502s that the balancer made for requests to a target group, by reason.");
        foreach ((string labels, GroupReuseSum reuse) in groups)
        {
            foreach (FailureRow row in FailureTable.Rows.Where(static row => row.StatusCode == 502))
            {
                Sample(Bad, $"{labels},{Labels(("reason", row.Name))}", reuse[row.Reason]);
            }
        }

        const string Learned = "weir_target_group_close_seconds";
        Head(Learned, true, "The idle time after which a target group's targets close connections, as they say and as was seen; absent while unknown.");
        foreach ((string labels, GroupReuseSum reuse) in groups)
        {
            LearnedCloseTime learned = reuse.Learned(fromHints: true);
            Known(Learned, $"{labels},source=\"advertised\"", learned.HintMs);
            Known(Learned, $"{labels},source=\"seen\"", learned.SeenMs);
        }

        const string Limit = "weir_target_group_reuse_limit_seconds";
        Head(Limit, true, "The idle time beyond which connections to a target group are not used again; absent without one, and in observe.");
        foreach (TargetGroupSnapshot group in node.Snapshot.TargetGroups)
        {
            if (node.StaleConnectionsOf(group) is { } settings)
            {
                LearnedCloseTime learned = node.ReuseOf(group).Learned(settings.LearnsFromHints).InForce(settings.Mode);
                Known(Limit, Labels(("target_group", group.Name)), learned.LimitMs);
            }
        }

        WriteIdleAges(groups);
    }

    // Source: Prometheus documentation, histograms: buckets are cumulative.
    private void WriteIdleAges((string Labels, GroupReuseSum Reuse)[] groups)
    {
        const string Ages = "weir_target_group_reuse_idle_seconds";
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {Ages} How long connections had been idle when a request took them.\n# TYPE {Ages} histogram\n");
        foreach ((string labels, GroupReuseSum reuse) in groups)
        {
            long below = 0;
            for (int ageClass = 0; ageClass <= GroupReuse.AgeBoundsMs.Length; ageClass++)
            {
                below += reuse.AgesIn(ageClass);
                string bound = ageClass == GroupReuse.AgeBoundsMs.Length
                    ? "+Inf"
                    : (GroupReuse.AgeBoundsMs[ageClass] / 1000.0).ToString(CultureInfo.InvariantCulture);
                Sample($"{Ages}_bucket", $"{labels},le=\"{bound}\"", below);
            }

            _text.Append(CultureInfo.InvariantCulture, $"{Ages}_sum{{{labels}}} {reuse[ReuseCount.IdleMsAtReuse] / 1000.0}\n");
            Sample($"{Ages}_count", labels, below);
        }
    }

    private void Known(string name, string labels, long milliseconds)
    {
        if (milliseconds >= 0)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {milliseconds / 1000.0}\n");
        }
    }

    private void WriteLog(string log, AccessLogWriter writer)
    {
        string title = $"{char.ToUpperInvariant(log[0])}{log[1..]}";
        Head($"weir_{log}_log_written_lines_total", false, $"{title} log lines handed to the operating system.");
        Sample($"weir_{log}_log_written_lines_total", "", writer.WrittenLines);
        Head($"weir_{log}_log_lost_lines_total", false, $"{title} log lines that the destination refused.");
        Sample($"weir_{log}_log_lost_lines_total", "", writer.LostLines);
        Head($"weir_{log}_log_dropped_lines_total", false, $"{title} log lines dropped because the destination was behind.");
        Sample($"weir_{log}_log_dropped_lines_total", "", writer.DroppedLines);
    }

    private static string LabelsOf(TargetGroupSnapshot group, TargetSnapshot target) =>
        Labels(("target_group", group.Name), ("target", target.Key));

    private void Head(string name, bool isGauge, string help) =>
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {(isGauge ? "gauge" : "counter")}\n");

    private void Sample(string name, string labels, long value) =>
        _text.Append(CultureInfo.InvariantCulture, $"{name}{(labels.Length == 0 ? "" : $"{{{labels}}}")} {value}\n");
}
