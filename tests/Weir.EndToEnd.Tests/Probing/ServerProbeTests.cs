using System.Text.Json;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// `weir probe` of real servers, whose timeouts are known since they were set. Alone, since it measures; docs/servers.md has
/// the same servers with their own timeouts.
/// </summary>
[NativeOnly]
[Collection(AloneCollection.Name)]
public sealed class ServerProbeTests(ProbedServers servers) : IClassFixture<ProbedServers>
{
    // What a connection may seem to live shorter: Apache closes what is due within 0.1 s together (TIMEOUT_FUDGE_FACTOR in
    // its event module); of the others, the answer is read late on a busy machine, and then the age counts from there.
    private const double EarlySeconds = 0.12;

    // What a timer, and whoever looks at it, may be late where all these servers share two cores.
    private const double LateSeconds = 0.6;

    private static void AssertClosesAfter(ProbeRun probe, double setSeconds, double grainSeconds = 0)
    {
        // A server that looks once a second ends several at one moment, and so does a machine that is busy: that it is no restart, another
        // round has to show.
        int connections = probe.Idle.GetProperty("connections").GetArrayLength();
        Assert.Contains(connections, new[] { 8, 16, 24 });
        Assert.Equal((connections, 0), (probe.Idle.GetProperty("closed").GetInt32(), probe.Idle.GetProperty("restarted").GetInt32()));
        Assert.InRange(probe.ShortestSeconds, setSeconds - EarlySeconds, setSeconds + grainSeconds + LateSeconds);
        Assert.InRange(probe.LongestSeconds, setSeconds - EarlySeconds, setSeconds + grainSeconds + LateSeconds);
    }

    private static void AssertNotSafe(ProbeRun probe)
    {
        Assert.Equal((ProbeRun.NotSafe, "closes_earlier"), (probe.ExitCode, probe.Reason));
        Assert.Equal(probe.ShortestSeconds - 60, probe.Document.GetProperty("margin_seconds").GetDouble(), 3);
        Assert.NotEmpty(probe.Document.GetProperty("fix").EnumerateArray());
    }

    private static void AssertSilent(ProbeRun probe, double setSeconds, double grainSeconds, int? statusCode)
    {
        Assert.Equal(("closed", "fin"), (probe.Silent.GetProperty("outcome").GetString(), probe.Silent.GetProperty("end").GetString()));
        Assert.InRange(probe.Silent.GetProperty("seconds").GetDouble(), setSeconds - EarlySeconds, setSeconds + grainSeconds + LateSeconds);
        Assert.Equal(statusCode, probe.Silent.GetProperty("status_code") is { ValueKind: JsonValueKind.Number } code ? code.GetInt32() : null);
    }

    private static string Setting(ProbeRun probe) => probe.Document.GetProperty("fix")[0].GetProperty("setting").GetString()!;

    // Since 2024 Node.js closes a second later than it is set to and says; before, when it is.
    private static double OfNode(double setSeconds, double measuredSeconds) => measuredSeconds > setSeconds + 0.7 ? setSeconds + 1 : setSeconds;

    [Fact]
    public async Task Probe_OfNode_SeesTheSecondThatItAddsAndThePageThatItSends()
    {
        ProbeRun probe = await servers.Of("node");

        AssertNotSafe(probe);
        AssertClosesAfter(probe, OfNode(1, probe.ShortestSeconds));
        Assert.Equal((1, null, false), probe.Advertised);
        Assert.Equal(("fin", "reset"), probe.Closing);
        Assert.Equal((200, "no_limit_met"), probe.Requests);
        AssertSilent(probe, 2, grainSeconds: 0.5, statusCode: 408);
        Assert.Equal("node", probe.ServerKey);
        Assert.Equal("server.keepAliveTimeout = 65000; server.headersTimeout = 66000", Setting(probe));
    }

    [Fact]
    public async Task Probe_OfNodeWithARequestLimit_CountsToItAndIsNotMisled()
    {
        ProbeRun probe = await servers.Of("node-limited");

        Assert.Equal((1, 20, false), probe.Advertised);
        Assert.Equal((20, "announced"), probe.Requests);
        Assert.Equal("node", probe.ServerKey);
        Assert.Equal("not_waited_for", probe.Silent.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Probe_OfWorkersWithDifferentSettings_FindsBoth()
    {
        ProbeRun probe = await servers.Of("node-cluster");

        double added = OfNode(1, probe.ShortestSeconds) - 1;
        JsonElement[] groups = [.. probe.Idle.GetProperty("groups").EnumerateArray()];
        Assert.Equal(2, groups.Length);
        Assert.InRange(groups[0].GetProperty("from_seconds").GetDouble(), 1 + added - EarlySeconds, 1 + added + LateSeconds);
        Assert.InRange(groups[1].GetProperty("to_seconds").GetDouble(), 4 + added - EarlySeconds, 4 + added + LateSeconds);
        Assert.Contains(probe.Remarks, static remark => remark.EndsWith("its workers have different settings, and say so (timeout=1, 4).", StringComparison.Ordinal));
        Assert.Equal("node", probe.ServerKey);
        AssertNotSafe(probe);
    }

    // It says so first, in order, and then closes: over HTTP/2, plain and with TLS.
    private static void AssertClosesByGoAway(ProbeRun probe, uint streamsAtOnce, bool? closeNotify)
    {
        AssertNotSafe(probe);
        JsonElement idle = probe.Idle;
        Assert.Equal(
            (idle.GetProperty("closed").GetInt32(), "NO_ERROR", "fin"),
            (idle.GetProperty("go_aways").GetInt32(), idle.GetProperty("go_away_code").GetString(), probe.Closing.End));
        Assert.All(
            idle.GetProperty("connections").EnumerateArray(),
            static connection => Assert.InRange(connection.GetProperty("go_away_ahead_seconds").GetDouble(), 0, LateSeconds));
        Assert.Equal(closeNotify, idle.GetProperty("close_notify") is { ValueKind: not JsonValueKind.Null } said ? said.GetBoolean() : null);
        Assert.Equal(streamsAtOnce, probe.Document.GetProperty("http2").GetProperty("max_concurrent_streams").GetUInt32());
        Assert.Contains(probe.Remarks, static remark => remark.StartsWith("It says GOAWAY before it closes", StringComparison.Ordinal));
        Assert.Null(probe.ServerKey);
    }

    [Theory]
    [InlineData("node-h2c", null)]
    [InlineData("node-h2", true)]
    public async Task Probe_OfNodeOverHttp2_SeesItSayGoAway(string name, bool? closeNotify)
    {
        ProbeRun probe = await servers.Of(name);

        AssertClosesByGoAway(probe, 77, closeNotify);
        AssertClosesAfter(probe, 2);
        Assert.Equal((200, "no_limit_met"), probe.Requests);
        bool isTls = closeNotify is not null;
        Assert.Equal(isTls ? "still_open" : "closed", probe.Silent.GetProperty("outcome").GetString());
        // Its HTTP/2 has a timer for who says nothing; its TLS waits two minutes for a handshake.
        Assert.Equal(isTls ? null : "NO_ERROR", probe.Silent.GetProperty("go_away").GetString());
    }

    [Fact]
    public async Task Probe_OfNginxOverHttp2_CountsToItsGoAway()
    {
        ProbeRun probe = await servers.Of("nginx-h2");

        AssertClosesByGoAway(probe, 128, closeNotify: true);
        AssertClosesAfter(probe, 2);
        Assert.Equal((20, "announced"), probe.Requests);
    }

    [Fact]
    public async Task Probe_OfApacheOverHttp2_SeesGoAwayAndItHalfClose()
    {
        ProbeRun probe = await servers.Of("apache-h2c");

        AssertClosesByGoAway(probe, 100, closeNotify: null);
        AssertClosesAfter(probe, 2);
        Assert.Equal(("fin", "swallowed"), probe.Closing);
    }

    [Fact]
    public async Task Probe_OfKestrelOverHttp2_SeesItsHeartbeatAndGoAway()
    {
        ProbeRun probe = await servers.Of("kestrel-h2c");

        AssertClosesByGoAway(probe, 100, closeNotify: null);
        AssertClosesAfter(probe, 2, grainSeconds: 2);
        Assert.Equal((200, "no_limit_met"), probe.Requests);
        Assert.Equal(("closed", "NO_ERROR"), (probe.Silent.GetProperty("outcome").GetString(), probe.Silent.GetProperty("go_away").GetString()));
    }

    [Fact]
    public async Task Probe_OfNginx_FindsWhatItDoesNotSay()
    {
        ProbeRun probe = await servers.Of("nginx");

        AssertNotSafe(probe);
        AssertClosesAfter(probe, 2);
        Assert.Equal((null, null, false), probe.Advertised);
        Assert.Equal(("fin", "reset"), probe.Closing);
        Assert.Equal((20, "announced"), probe.Requests);
        AssertSilent(probe, 3, grainSeconds: 0, statusCode: null);
        Assert.Equal("nginx", probe.ServerKey);
        Assert.Equal("keepalive_timeout 75s;", Setting(probe));
    }

    [Fact]
    public async Task Probe_OverTlsOfAnUntrustedServer_MeasuresTheSame()
    {
        ProbeRun probe = await servers.Of("nginx-tls");

        Assert.StartsWith("TLS 1.", probe.Document.GetProperty("tls").GetString()!, StringComparison.Ordinal);
        Assert.Contains(probe.Remarks, static remark => remark.StartsWith("Its certificate is not one that browsers trust", StringComparison.Ordinal));
        AssertNotSafe(probe);
        AssertClosesAfter(probe, 2);
        Assert.Equal("fin", probe.Closing.End);
        Assert.Equal((20, "announced"), probe.Requests);
        Assert.Equal("nginx", probe.ServerKey);
        // Proven by a handshake and a request.
        Assert.Equal("still_open", probe.Silent.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Probe_OfNginxThatOutlivesTheBalancer_ProvesItByAnswers()
    {
        ProbeRun probe = await servers.Of("nginx-open");

        Assert.Equal((ProbeRun.Safe, "still_open"), (probe.ExitCode, probe.Reason));
        Assert.Equal(8, probe.Idle.GetProperty("still_open").GetInt32());
        Assert.InRange(probe.Idle.GetProperty("watched_seconds").GetDouble(), 8 - EarlySeconds, 8 + LateSeconds);
        Assert.Empty(probe.Document.GetProperty("fix").EnumerateArray());
        // What is waited for, and how long yet, about once a second.
        int[] left = [.. probe.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonDocument.Parse(line).RootElement)
            .Where(static message => message.GetProperty("event").GetString() == "progress")
            .Select(static message => message.GetProperty("seconds_left").GetInt32())];
        Assert.True(left.Length >= 6, probe.Errors);
        Assert.Equal(left.OrderDescending(), left);
    }

    [Fact]
    public async Task Probe_OfNginxThatSaysMoreThanItDoes_BelievesTheMeasurement()
    {
        ProbeRun probe = await servers.Of("nginx-later");

        Assert.Equal((ProbeRun.Safe, "closes_later"), (probe.ExitCode, probe.Reason));
        AssertClosesAfter(probe, 3);
        Assert.Equal((30, null, false), probe.Advertised);
        Assert.Contains(probe.Remarks, static remark => remark.StartsWith("It closes 2", StringComparison.Ordinal));
        Assert.Contains(probe.Remarks, static remark => remark.StartsWith("The target answers 401", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Probe_OfErrorsThatEndTheirConnections_IsNotCalledSafe()
    {
        ProbeRun probe = await servers.Of("nginx-broken");

        Assert.Equal((ProbeRun.NotMeasured, "error_answer"), (probe.ExitCode, probe.Reason));
    }

    [Fact]
    public async Task Probe_OfApache_SeesItHalfClose()
    {
        ProbeRun probe = await servers.Of("apache");

        AssertNotSafe(probe);
        AssertClosesAfter(probe, 2);
        Assert.Equal((2, 20, true), probe.Advertised);
        Assert.Equal(("fin", "swallowed"), probe.Closing);
        // The last of them beyond its limit.
        Assert.Equal((21, "announced"), probe.Requests);
        AssertSilent(probe, 3, grainSeconds: 0, statusCode: null);
        Assert.Equal("apache", probe.ServerKey);
        Assert.StartsWith("KeepAliveTimeout 65", Setting(probe), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_OfGunicornsThreads_SeesThemLookOnceASecond()
    {
        ProbeRun probe = await servers.Of("gthread");

        AssertNotSafe(probe);
        AssertClosesAfter(probe, 1, grainSeconds: 1);
        Assert.Equal((null, null, false), probe.Advertised);
        Assert.Equal(("fin", "reset"), probe.Closing);
        Assert.Equal((200, "no_limit_met"), probe.Requests);
        Assert.Equal("still_open", probe.Silent.GetProperty("outcome").GetString());
        Assert.Equal("gunicorn", probe.ServerKey);
    }

    [Fact]
    public async Task Probe_OfGunicornsSyncWorker_FindsNothingToLoseAndGivesWay()
    {
        ProbeRun probe = await servers.Of("sync");

        Assert.Equal((ProbeRun.Safe, "keeps_no_connection"), (probe.ExitCode, probe.Reason));
        Assert.Equal((1, "announced"), probe.Requests);
        Assert.Equal("holds_up_others", probe.Silent.GetProperty("outcome").GetString());
        Assert.Equal("gunicorn", probe.ServerKey);
    }

    [Fact]
    public async Task Probe_OfUvicorn_FindsWhatItDoesNotSay()
    {
        ProbeRun probe = await servers.Of("uvicorn");

        AssertNotSafe(probe);
        AssertClosesAfter(probe, 2);
        Assert.Equal((null, null, false), probe.Advertised);
        Assert.Equal(("fin", "reset"), probe.Closing);
        Assert.Equal((200, "no_limit_met"), probe.Requests);
        Assert.Equal("still_open", probe.Silent.GetProperty("outcome").GetString());
        Assert.Equal("uvicorn", probe.ServerKey);
    }

    [Fact]
    public async Task Probe_OfKestrel_SeesItsHeartbeat()
    {
        ProbeRun probe = await servers.Of("kestrel");

        AssertNotSafe(probe);
        // Its heartbeat is a second, and what is due at one goes at the next.
        AssertClosesAfter(probe, 2, grainSeconds: 2);
        Assert.Equal((null, null, false), probe.Advertised);
        Assert.Equal(("fin", "reset"), probe.Closing);
        Assert.Equal((200, "no_limit_met"), probe.Requests);
        AssertSilent(probe, 2, grainSeconds: 2, statusCode: null);
        Assert.Equal("kestrel", probe.ServerKey);
    }

    [Fact]
    public async Task Probe_OfPuma_FindsWhatItDoesNotSay()
    {
        ProbeRun probe = await servers.Of("puma");

        AssertNotSafe(probe);
        AssertClosesAfter(probe, 2, grainSeconds: 0.5);
        Assert.Equal((null, null, false), probe.Advertised);
        Assert.Equal(("fin", "reset"), probe.Closing);
        Assert.Equal("no_limit_met", probe.Requests.Outcome);
        Assert.Equal("closed", probe.Silent.GetProperty("outcome").GetString());
        Assert.Equal("puma", probe.ServerKey);
    }

    [Fact]
    public async Task Probe_OfTomcat_SeesItLookOnceASecond()
    {
        ProbeRun probe = await servers.Of("tomcat");

        AssertNotSafe(probe);
        AssertClosesAfter(probe, 2, grainSeconds: 1);
        Assert.Equal((2, null, true), probe.Advertised);
        // Half of it, and the other half at its selector's next round: which of them late bytes meet is chance.
        Assert.Equal("fin", probe.Closing.End);
        Assert.Equal((20, "announced"), probe.Requests);
        AssertSilent(probe, 3, grainSeconds: 1, statusCode: null);
        Assert.Equal("tomcat", probe.ServerKey);
    }
}
