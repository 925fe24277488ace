using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.EndToEnd.Tests;

/// <summary>Each failure as it is seen from outside: the bytes that the client gets, the log line, the counters.</summary>
public sealed partial class FailureTests
{
    // What a request moves for being one; how far, the log line says better.
    private static readonly string[] _byteCounters = ["weir_received_bytes_total", "weir_sent_bytes_total"];

    private const string ExplainFile = "explain.log";

    public static TheoryData<string> Names => [.. FailureCases.All.Select(static row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Failure_EachWay_ShowsInBytesLogAndMetrics(string name)
    {
        FailureCase row = FailureCases.All.Single(row => row.Name == name);
        using RawTarget target = RawTarget.Start(row.Serve);
        using var folder = new TempFolder();
        await using WeirProcess weir = await Start(row, target, folder);
        Metrics before = await weir.ReadMetrics();

        RawClient client = await RawClient.ConnectAsync(weir.Port);
        int clientPort = client.LocalPort;
        string received = await Exchange(row, client, target, weir);
        client.Dispose();
        Metrics after = await weir.WhenQuiet();
        LogLine line = Assert.Single(await weir.StopAndReadLog());

        AssertLine(row, line, clientPort, weir.Port, TargetOf(row, target));
        AssertExplained(row, line, Assert.Single(ExplainLine.ReadAll(folder.PathOf(ExplainFile))), TargetOf(row, target));
        AssertBytes(row, received);
        AssertCounters(row, after.Since(before), line);
    }

    [Fact]
    public async Task FailureCases_All_CoverEveryReasonThatCanBeBroughtAbout()
    {
        await using WeirProcess weir = await WeirProcess.StartAsync();
        string text = await new HttpClient().GetStringAsync(weir.AdminUrl + "/metrics", Deadline.Token());
        string[] known = [.. ReasonLabel().Matches(text).Select(static match => match.Groups[1].Value)];

        // Ten seconds (their own, long tests), TLS (HttpsTests), HTTP/2 (its own, and Weir.Balancer.Tests), a shutdown and a reload
        // (theirs), no descriptor left, a bug.
        string[] elsewhere =
        [
            "connect_timeout", "target_tls_timeout", "target_tls_failed", "plain_http_to_https",
            "protocol_version_mismatch", "request_too_large_for_target", "target_refused_stream", "target_reset_stream", "target_reset_stream_in_response",
            "target_connection_fault", "target_connection_fault_in_response", "target_connection_lost",
            "target_goaway", "target_goaway_in_response",
            "stopping", "deregistration_delay_over", "no_local_resources", "internal_error",
        ];
        Assert.Equal(known.Order(), FailureCases.All.Select(static row => row.Reason).Concat(elsewhere).Distinct().Order());
    }

    [GeneratedRegex("weir_failures_total\\{reason=\"([a-z_]+)\"")]
    private static partial Regex ReasonLabel();

    [GeneratedRegex("Date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT\r\n")]
    private static partial Regex DateLine();

    private static async Task<WeirProcess> Start(FailureCase row, RawTarget target, TempFolder folder)
    {
        if (row.Target == FailureTarget.None)
        {
            string template = new Template { Targets = [] }.WriteTo(folder);
            return await WeirProcess.StartAsync(new WeirStart { HasOwnListeners = true }, ["--template", template, "--address", "web=127.0.0.1", "--explain", folder.PathOf(ExplainFile)]);
        }

        WeirProcess weir = await WeirProcess.StartAsync(
            [.. row.Options, "--target", $"http://{TargetOf(row, target)}", "--explain", folder.PathOf(ExplainFile)]);
        return row.Target == FailureTarget.Serving ? await weir.WhenHealthy() : weir;
    }

    private static string TargetOf(FailureCase row, RawTarget target) => row.Target switch
    {
        FailureTarget.Serving => target.Key,
        FailureTarget.Unreachable => "127.255.255.255:80",
        FailureTarget.Refusing => "127.0.0.1:1",
        _ => "-",
    };

    private static async Task<string> Exchange(FailureCase row, RawClient client, RawTarget target, WeirProcess weir)
    {
        await client.Send(row.Request);
        if (row.Then is { } then)
        {
            // Not before the request is where it should be.
            await Deadline.Until(
                async () => !row.IsRouted || target.Requests > 0 || (await weir.ReadMetrics())["weir_requests_total"] > 0,
                "the request is at the target");
            await then(client);
        }

        if (row.ReadsNothing)
        {
            await weir.WaitForMetric("weir_requests_total", 1);
            return "";
        }

        if (!row.Response.Contains("Connection: keep-alive", StringComparison.Ordinal))
        {
            return await client.ReadToEnd();
        }

        RawResponse response = await client.ReadResponse();
        return response.Head + response.Body;
    }

    private static void AssertBytes(FailureCase row, string received)
    {
        if (row.ReadsNothing)
        {
            return;
        }

        Assert.Equal(row.Response, DateLine().Replace(received, Page.MaskedDate));
    }

    private static void AssertCounters(FailureCase row, SortedDictionary<string, long> moved, LogLine line)
    {
        Assert.Equal(line[12], moved.GetValueOrDefault("weir_sent_bytes_total").ToString(CultureInfo.InvariantCulture));
        if (line[11] != "0")
        {
            Assert.Equal(line[11], moved.GetValueOrDefault("weir_received_bytes_total").ToString(CultureInfo.InvariantCulture));
        }

        string[] housekeeping = ["weir_loop_allocated_bytes_total", "weir_access_log_written_lines_total", "weir_explain_log_written_lines_total", .. _byteCounters];
        foreach (string name in housekeeping)
        {
            moved.Remove(name);
        }

        List<string> expected =
        [
            "weir_client_connections_accepted_total", "weir_requests_total",
            $"weir_failures_total{{reason=\"{row.Reason}\",side=\"{row.Side}\"}}", .. row.Counters,
        ];
        if (row.IsRouted)
        {
            expected.Add("weir_requests_routed_total");
        }

        // Code and cause are the balancer's own only where no target has answered.
        if (line.TargetStatus == "-")
        {
            string code = line.ElbStatus;
            expected.Add($"weir_elb_{code[0]}xx_total");
            if (code is "500" or "502" or "503" or "504")
            {
                expected.Add($"weir_elb_{code}_total");
            }
        }

        const string Group = "target_group=\"weir\"";
        if (row.Counters.Contains("weir_target_connections_opened_total"))
        {
            expected.Add($"weir_target_group_connections_opened_total{{{Group}}}");
        }

        if (row.IsRouted && line.TargetStatus == "-" && line.ElbStatus == "502")
        {
            expected.Add($"weir_target_group_502_total{{{Group},reason=\"{row.Reason}\"}}");
        }

        Assert.Equal(expected.Order(StringComparer.Ordinal), moved.Keys);
        Assert.All(moved.Values, static value => Assert.Equal(1, value));
    }

    private static void AssertExplained(FailureCase row, LogLine line, ExplainLine explained, string target)
    {
        Assert.Equal(
            ["failure", row.Reason, row.Side, line[18], line[30], line[2], line[4], line.ElbStatus],
            [
                explained.Text("kind"), explained.Text("reason"), explained.Text("side"), $"\"{explained.Text("trace_id") ?? "-"}\"",
                explained.Text("connection_trace_id"), explained.Text("time"), explained.Text("client"),
                explained.Number("status_code")?.ToString(CultureInfo.InvariantCulture) ?? "-",
            ]);
        Assert.Equal(row.IsReadable ? line[13].Split(' ')[1] : null, explained.Text("url"));
        // It names the target that was chosen, where the access log leaves it out too.
        Assert.Equal(row.IsRouted ? target : null, explained.Text("target"));
        if (line.Target != "-" && row.Target == FailureTarget.Serving)
        {
            Assert.Equal((false, 0L), (explained.Truth("reused"), explained.Number("earlier_requests")));
            Assert.True(explained.Number("request_bytes_written") > 0);
        }
    }

    private static void AssertLine(FailureCase row, LogLine line, int clientPort, int port, string target)
    {
        const string Time = @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z";
        Assert.Equal(LogLine.FieldCount, line.Count);
        string outcome = Regex.Escape(row.Outcome).Replace("\\ ", " ", StringComparison.Ordinal).Replace("T ", Regex.Escape(target) + " ", StringComparison.Ordinal)
            .Replace("t ", @"\d+\.\d{3} ", StringComparison.Ordinal).Replace("N", @"\d+", StringComparison.Ordinal);
        string requestLine = Regex.Escape(row.RequestLine).Replace("LB", @"weir-\d+\.\S+", StringComparison.Ordinal)
            .Replace("PORT", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        bool hasGroup = row.IsRouted || row.Target == FailureTarget.None;
        string[] patterns =
        [
            "http", Time, @"app/(weir|web)/[0-9a-f]{16}", $@"127\.0\.0\.1:{clientPort}", .. outcome.Split(' '),
            $"\"{requestLine}\"", Regex.Escape($"\"{row.UserAgent}\""), "-", "-",
            hasGroup ? @"arn:aws:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup/\w+/[0-9a-f]{16}" : "-",
            row.IsReadable ? "\"Root=1-[0-9a-f]{8}-[0-9a-f]{24}\"" : "\"-\"", "\"-\"", "\"-\"", hasGroup ? "0" : "-",
            @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}000Z", hasGroup ? "\"forward\"" : "\"-\"", "\"-\"", "\"-\"",
            $"\"{Regex.Escape(line.Target)}\"", $"\"{line.TargetStatus}\"", .. Regex.Escape(row.Classification).Split("\\ "),
            "TID_[0-9a-f]{32}", "\"-\"", "\"-\"", "\"-\"", @"127\.0\.0\.1", "\"-\"", "\"-\"",
        ];
        Assert.Equal(LogLine.FieldCount, patterns.Length);
        for (int field = 1; field <= patterns.Length; field++)
        {
            Assert.True(
                Regex.IsMatch(line[field], $"^{patterns[field - 1]}$"),
                $"field {field}: {line[field]} is not {patterns[field - 1]}\n{line.Text}");
        }
    }
}
