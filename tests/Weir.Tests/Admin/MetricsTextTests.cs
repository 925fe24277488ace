using System.Text.RegularExpressions;
using Weir.Admin;
using Weir.Balancer;

namespace Weir.Tests.Admin;

public sealed class MetricsTextTests
{
    [Fact]
    public void Write_AnyNode_HasEveryCounterAndEveryFailure()
    {
        using RunningNode node = RunningNode.WithOneTarget();

        string[] lines = MetricsText.Write(node.Status).Split('\n');

        Assert.All(CounterTable.Rows, row =>
        {
            Assert.Contains($"# TYPE {row.Name} {(row.IsGauge ? "gauge" : "counter")}", lines);
            Assert.Contains($"{row.Name} 0", lines);
        });
        Assert.All(FailureTable.Rows, row =>
            Assert.Contains($"weir_failures_total{{reason=\"{row.Name}\",side=\"{HealthNames.Of(row.Side)}\"}} 0", lines));
        Assert.Contains("weir_http2_faults_total{fault=\"reset_flood\",ends=\"connection\"} 0", lines);
        Assert.Contains("weir_http2_faults_total{fault=\"malformed_message\",ends=\"stream\"} 0", lines);
        Assert.DoesNotContain(lines, line => line.Contains("fault=\"none\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_Target_HasItsHealthAndReason()
    {
        using RunningNode node = RunningNode.WithOneTarget();

        string[] lines = MetricsText.Write(node.Status).Split('\n');

        const string Target = "target_group=\"weir\",target=\"127.0.0.1:1\"";
        Assert.Contains($"weir_target_healthy{{{Target}}} 0", lines);
        Assert.Contains(
            $"weir_target_state{{{Target},state=\"initial\",reason=\"Elb.InitialHealthChecking\"}} 1", lines);
    }

    [Fact]
    public void Write_HttpsListener_SaysWhenEachOfItsCertificatesExpires()
    {
        using var first = new CertificateFile("CN=first.test", notAfter: DateTimeOffset.FromUnixTimeSeconds(4_000_000_000));
        using var second = new CertificateFile("CN=second.test, O=\"a \"\"b\"\"\"");
        using RunningNode node = RunningNode.OverTls(first.Path, second.Path);

        string[] samples = [.. MetricsText.Write(node.Status).Split('\n').Where(static line => line.Contains("certificate_not_after", StringComparison.Ordinal) && line[0] != '#')];

        string listener = $"load_balancer=\"weir\",port=\"{node.Node.PortOf(node.Node.Snapshot.LoadBalancers[0].Listeners[0].Arn)}\"";
        Assert.Equal(
            [
                $"weir_listener_certificate_not_after_seconds{{{listener},file=\"{first.Path}\",subject=\"CN=first.test\"}} 4000000000",
                $"weir_listener_certificate_not_after_seconds{{{listener},file=\"{second.Path}\",subject=\"CN=second.test,O=a \\\\\\\"b\\\\\\\"\"}} 4102444800",
            ],
            samples);
    }

    // Source: Prometheus documentation: one TYPE for each metric, before its samples
    [Fact]
    public void Write_AnyNode_NamesEachMetricOnceBeforeItsSamples()
    {
        using RunningNode node = RunningNode.WithOneTarget();
        var types = new HashSet<string>();

        foreach (string line in MetricsText.Write(node.Status).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.True(types.Add(line.Split(' ')[2]), line);
            }
            else if (!line.StartsWith('#'))
            {
                // A histogram's samples have names of their own.
                Assert.Contains(Regex.Replace(line.Split('{', ' ')[0], "_(bucket|sum|count)$", ""), types);
                Assert.True(long.TryParse(line[(line.LastIndexOf(' ') + 1)..], out _), line);
            }
        }

        Assert.Contains("weir_build_info", types);
    }

    [Fact]
    public void Write_TargetGroup_HasItsReuseAndNoCloseTimeWhileThatIsUnknown()
    {
        using RunningNode node = RunningNode.WithOneTarget();

        string text = MetricsText.Write(node.Status);

        string[] lines = text.Split('\n');
        const string Group = "target_group=\"weir\"";
        Assert.Contains($"weir_target_group_requests_retried_total{{{Group}}} 0", lines);
        Assert.Contains($"weir_target_group_502_total{{{Group},reason=\"target_closed\"}} 0", lines);
        Assert.Contains($"weir_target_group_reuse_idle_seconds_bucket{{{Group},le=\"0.01\"}} 0", lines);
        Assert.Contains($"weir_target_group_reuse_idle_seconds_bucket{{{Group},le=\"+Inf\"}} 0", lines);
        Assert.DoesNotContain("weir_target_group_close_seconds{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("weir_target_group_reuse_limit_seconds{", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_SpecialCharacters_AreEscaped() =>
        Assert.Equal("a=\"x\",b=\"\\\"\\\\\\n\"", MetricsText.Labels(("a", "x"), ("b", "\"\\\n")));
}
