using System.Globalization;
using System.Text;
using Weir.Diagnosis.Reports;
using Weir.Output;

namespace Weir.Admin;

/// <summary>The status document for people: tables of at most 100 columns.</summary>
internal static class StatusTables
{
    public static string Write(StatusDocument status)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"weir {status.Version}, process {status.ProcessId}, ");
        text.Append(CultureInfo.InvariantCulture, $"{Plural.Of(status.Loops, "loop")}, ");
        text.Append(CultureInfo.InvariantCulture, $"up {Duration(status.UptimeSeconds)}");
        text.Append(status.Draining ? ", draining: it takes no new connections\n" : "\n");
        foreach (string section in (string[])
            [
                Listeners(status), Targets(status), Traffic(status), Codes(status), Pools(status), CloseTimes(status), Reuse(status),
                BadGateways(status), Failures(status), AccessLog(status), Optional("CONNECTION LOG", status.ConnectionLog),
                Optional("EXPLAIN LOG", status.ExplainLog),
            ])
        {
            text.Append(section.Length == 0 ? "" : "\n").Append(section);
        }

        return text.ToString();
    }

    /// <summary>The two largest units: `3 d 4 h`, `12 min 5 s`.</summary>
    internal static string Duration(long seconds)
    {
        (long Amount, string Unit)[] parts =
        [
            (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
        ];
        int first = Array.FindIndex(parts, static part => part.Amount > 0);
        return first < 0
            ? "0 s"
            : string.Join(' ', parts.Skip(first).Take(2).Where(static part => part.Amount > 0).Select(static part => $"{part.Amount} {part.Unit}"));
    }

    private static string Listeners(StatusDocument status)
    {
        var table = new TextTable("LISTENER", "LOAD BALANCER", "TARGET GROUPS");
        foreach (StatusListener listener in status.Listeners)
        {
            table.Add(listener.Url, listener.LoadBalancer, string.Join(", ", listener.TargetGroups));
        }

        return table.Write();
    }

    private static string Targets(StatusDocument status)
    {
        var table = new TextTable("TARGET GROUP", "TARGET", "STATE", "REASON");
        foreach (StatusTargetGroup group in status.TargetGroups)
        {
            foreach (StatusTarget target in group.Targets)
            {
                table.Add(
                    group.Name,
                    target.Address,
                    target.State,
                    target.Reason.Length == 0 ? "-" : $"{target.Reason}: {target.Description}");
            }

            if (group.Targets.Length == 0)
            {
                table.Add(group.Name, "none", "-", "-");
            }
        }

        return table.Write();
    }

    private static string Traffic(StatusDocument status)
    {
        var table = new TextTable("REQUESTS", "IN FLIGHT", "CONNECTIONS", "OPEN", "AT MOST", "BYTES IN", "BYTES OUT");
        table.Add(
            Count(status, "weir_requests_total"),
            Count(status, "weir_requests_in_flight"),
            Count(status, "weir_client_connections_accepted_total"),
            Count(status, "weir_client_connections_open"),
            status.MaxClientConnections == 0 ? "-" : Number(status.MaxClientConnections),
            Count(status, "weir_received_bytes_total"),
            Count(status, "weir_sent_bytes_total"));
        return table.Write();
    }

    private static string Codes(StatusDocument status)
    {
        var table = new TextTable("CODES FROM", "2XX", "3XX", "4XX", "5XX", "500", "502", "503", "504");
        table.Add(
            "targets",
            Count(status, "weir_target_2xx_total"),
            Count(status, "weir_target_3xx_total"),
            Count(status, "weir_target_4xx_total"),
            Count(status, "weir_target_5xx_total"),
            "",
            "",
            "",
            "");
        table.Add(
            "weir itself",
            "",
            "",
            Count(status, "weir_elb_4xx_total"),
            Count(status, "weir_elb_5xx_total"),
            Count(status, "weir_elb_500_total"),
            Count(status, "weir_elb_502_total"),
            Count(status, "weir_elb_503_total"),
            Count(status, "weir_elb_504_total"));
        return table.Write();
    }

    private static string Pools(StatusDocument status)
    {
        var table = new TextTable("CONNECTIONS TO TARGETS", "OPENED", "REUSED", "FAILED", "CLOSED BY TARGET", "BY TIMEOUT");
        table.Add(
            $"{Count(status, "weir_target_connections_idle")} idle in pools",
            Count(status, "weir_target_connections_opened_total"),
            Count(status, "weir_target_connections_reused_total"),
            Count(status, "weir_target_connection_errors_total"),
            Count(status, "weir_target_connections_closed_by_target_idle_total"),
            Count(status, "weir_target_connections_closed_by_idle_timeout_total"));
        return table.Write();
    }

    // When the targets close idle connections: what they say, what was seen, and what follows.
    private static string CloseTimes(StatusDocument status)
    {
        var table = new TextTable("TARGET GROUP", "MODE", "SAYS IT CLOSES AFTER", "SEEN TO CLOSE AFTER", "REUSED UP TO AN AGE OF");
        foreach (StatusTargetGroup group in status.TargetGroups)
        {
            table.Add(
                group.Name,
                group.Reuse.Mode,
                Seconds(group.Reuse.AdvertisedSeconds, "-"),
                Seconds(group.Reuse.SeenSeconds, "-"),
                Seconds(group.Reuse.LimitSeconds, "any"));
        }

        return table.Write();
    }

    private static string Reuse(StatusDocument status)
    {
        var table = new TextTable("TARGET GROUP", "REUSE", "IDLE BEFORE (MEDIAN)", "(LONGEST)", "RETRIED", "WITHHELD", "NEAR MISSES", "REPLACED");
        foreach (StatusTargetGroup group in status.TargetGroups)
        {
            StatusReuse reuse = group.Reuse;
            table.Add(
                group.Name,
                reuse.ReuseRatio is { } ratio ? (ratio * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "-",
                reuse.MedianIdleSeconds is { } median ? "<= " + Seconds(median, "-") : "-",
                Seconds(reuse.LongestIdleSeconds, "-"),
                Number(reuse.Retried),
                Number(reuse.Withheld),
                Number(reuse.NearMisses),
                Number(reuse.Replaced));
        }

        return table.Write();
    }

    private static string BadGateways(StatusDocument status)
    {
        var table = new TextTable("502 OF TARGET GROUP", "REASON", "COUNT");
        bool any = false;
        foreach (StatusTargetGroup group in status.TargetGroups)
        {
            foreach ((string reason, long count) in group.Reuse.BadGateways)
            {
                table.Add(group.Name, reason, Number(count));
                any = true;
            }
        }

        return any ? table.Write() : "";
    }

    private static string Failures(StatusDocument status)
    {
        if (status.Failures.Length == 0)
        {
            return "no failures\n";
        }

        var table = new TextTable("FAILURE", "SIDE", "COUNT", "MEANING");
        foreach (StatusFailure failure in status.Failures)
        {
            table.Add(failure.Reason, failure.Side, Number(failure.Count), failure.Meaning);
        }

        return table.Write();
    }

    private static string AccessLog(StatusDocument status)
    {
        StatusAccessLog log = status.AccessLog;
        if (log.Destination == "off")
        {
            return "access log off\n";
        }

        return Log("ACCESS LOG", log);
    }

    private static string Optional(string title, StatusAccessLog? log) => log is null ? "" : Log(title, log);

    private static string Log(string title, StatusAccessLog log)
    {
        var table = new TextTable(title, "WRITTEN", "LOST", "DROPPED");
        table.Add(
            log.Destination == "-" ? "standard output" : log.Destination,
            Number(log.WrittenLines),
            Number(log.LostLines),
            Number(log.DroppedLines));
        return table.Write();
    }

    private static string Count(StatusDocument status, string counter) => Number(status.Counters.GetValueOrDefault(counter));

    private static string Seconds(double? seconds, string absent) =>
        seconds is { } known ? known.ToString("0.0##", CultureInfo.InvariantCulture) + " s" : absent;

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
