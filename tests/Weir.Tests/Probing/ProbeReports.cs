using Weir.Diagnosis.Probing;
using Weir.Diagnosis.Reports;

namespace Weir.Tests.Probing;

/// <summary>Reports as a probe of Node.js makes them.</summary>
internal static class ProbeReports
{
    public static readonly ProbeOptions Options = new() { Url = ProbeUrl.Parse("http://10.0.0.7:3000/", out _)! };

    private static readonly ProbeAnswer _answer = new()
    {
        StatusCode = 200,
        CompletedTimestamp = 0,
        Duration = TimeSpan.FromMilliseconds(1.25),
        MayBeReused = true,
        TimeoutSeconds = 5,
        SaysKeepAlive = true,
        Server = "[bold]?<script>",
    };

    public static readonly ProbeMeasurement Measurement = new()
    {
        Target = "10.0.0.7:3000",
        Asked = _answer,
        NotAsked = _answer,
        Idle = [Idle(6.001), Idle(6.004), Idle(6.012)],
        Counts = [new CountReading(200, CountOutcome.NoLimitMet), new CountReading(200, CountOutcome.NoLimitMet)],
        Silent = new SilentReading
        {
            Outcome = SilentOutcome.Closed,
            Age = TimeSpan.FromSeconds(85.1),
            End = ConnectionEnd.Fin,
            Farewell = "HTTP/1.1 408 Request Timeout",
            StatusCode = 408,
        },
    };

    public static readonly ProbeReport Unsafe = Of(Measurement, null);

    /// <summary>Of a target of HTTP/2 over TLS that says GOAWAY before it closes.</summary>
    public static readonly ProbeMeasurement Http2Measurement = Measurement with
    {
        TlsProtocol = "TLS 1.3",
        Http2 = new Http2Settings(100, 65_535, 16_384, 4_096, 32_768),
        Idle = [.. Measurement.Idle.Select(static reading => reading with
        {
            ClosesTls = true,
            GoAway = new GoAway("NO_ERROR", 1, 0),
            GoAwayAhead = TimeSpan.FromMilliseconds(3.2),
            Answer = _answer with { TimeoutSeconds = null },
        })],
        Counts = [new CountReading(20, CountOutcome.Announced)],
        Silent = new SilentReading { Outcome = SilentOutcome.Closed, Age = TimeSpan.FromSeconds(2), End = ConnectionEnd.Fin, GoAway = new GoAway("NO_ERROR", 0, 0) },
    };

    public static readonly ProbeReport Http2 = Of(Http2Measurement, null);

    public static readonly ProbeReport LoadBalancer = Of(Measurement with { Idle = [], Counts = [] }, "it sets the cookie AWSALB");

    /// <summary>A connection that was closed at this age.</summary>
    public static IdleReading Idle(double seconds, bool asked = true) => new()
    {
        Round = 1,
        Asked = asked,
        Outcome = IdleOutcome.Closed,
        Age = TimeSpan.FromSeconds(seconds),
        End = ConnectionEnd.Fin,
        LateBytes = LateByteAnswer.Reset,
        Answer = _answer,
    };

    private static ProbeReport Of(ProbeMeasurement measurement, string? sign)
    {
        var idle = IdleSummary.Of(measurement.Idle);
        return new ProbeReport
        {
            Options = Options,
            Measurement = measurement,
            Idle = idle,
            LoadBalancerSign = sign,
            Server = sign is null ? new ServerIdentity("node", "Node.js", ["it says its timeout to every request", "it closes 1.0 s later"]) : ServerIdentity.Unknown,
            Verdict = ProbeVerdict.Of(measurement, idle, Options.IdleTimeout, sign),
            Fixes = sign is null ? [new Fix("Node.js: keep idle connections for 65 s", "server.keepAliveTimeout = 65000", "on the server (milliseconds)", "weir probe http://10.0.0.7:3000/ --idle-timeout 60", null)] : [],
            Remarks = [],
            Duration = TimeSpan.FromSeconds(97.4),
        };
    }
}
