using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Reports;

namespace Weir.Tests.Diagnosing;

/// <summary>Reports as a diagnosis makes them, with made-up figures.</summary>
internal static class SampleReports
{
    public const string ApiArn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/api/73e2d6bc24d8a067";

    private const string WebArn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0011223344556677";

    private static readonly DateTimeOffset _begin = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private static DateTimeOffset End => _begin.AddDays(3);

    public static DiagnosisReport Nothing => Empty(12_345);

    public static DiagnosisReport Empty(long requests) => new()
    {
        Period = requests == 0 ? new LogPeriod(null, null) : new LogPeriod(_begin, End),
        Counts = Counts(requests, 0, 0, []),
        IdleTimeout = new IdleTimeout(60, "default"),
        Findings = [],
        Notes = ["Looked for: connections closed under a request, refused and cut connections, silence. With 0 errors in 12,345 requests the rate is under 0.024 % (95 % sure)."],
        Charts = new ReportCharts([], [], [], []),
    };

    public static DiagnosisReport Race => new()
    {
        Period = new LogPeriod(_begin, End),
        Counts = Counts(191_204, 59, 214, [new(200, 200, 190_931), new(502, 0, 41), new(504, 0, 18), new(500, 500, 214)]) with
        {
            UnreadableLines = 12,
            UnreadablePlaces = ["alb/2026/11/21/a.log.gz:88", "alb/2026/11/22/b.log.gz:17"],
            LateLines = 3,
            OtherBalancerLines = 40,
        },
        IdleTimeout = new IdleTimeout(60, "flag"),
        Findings = [KeepaliveRace(ExampleUrl("https://shop.example:443/cart?session=s3cret")), SlowTarget],
        Notes = ["The targets' log has no times to the millisecond: its lines were joined by trace id only."],
        Charts = Charts(),
    };

    public static ExampleError ExampleUrl(string url) => new()
    {
        Time = new DateTimeOffset(2026, 11, 22, 5, 44, 56, TimeSpan.Zero).AddTicks(5_558_100),
        TraceId = "Root=1-5f8e7a18-4b1d2c3e4f5a6b7c8d9e0f1a",
        ElbStatusCode = 502,
        Target = "10.0.1.5:3000",
        Times = "0.000 0.000 -1",
        Method = "GET",
        Url = url,
        GapSeconds = 5.000257,
        TargetLog = "no line: the request never reached the handler",
        File = "alb/2026/11/22/123456789012_elasticloadbalancing_eu-west-1_app.shop.1234567890abcdef_20261122T0545Z_203.0.113.7_20sg8hgm.log.gz",
        LineNumber = 17,
    };

    public static Finding KeepaliveRace(ExampleError example) => new()
    {
        Cause = Cause.KeepaliveRace,
        Count = 23,
        Confidence = 0.974,
        First = _begin.AddHours(1),
        Last = _begin.AddHours(70),
        TargetGroup = ApiArn,
        Targets = [new("10.0.1.5:3000", 64_104, 14), new("10.0.2.9:3000", 63_980, 9)],
        Headline = "The target closes idle connections after 5 s; the balancer keeps them for 60 s.",
        Evidence =
        [
            "23 of 23 requests failed 4.98 s to 5.02 s after an earlier answer on the same node and target; by chance 0.4 would have.",
            "No byte of an answer came (target_processing_time 0.000, target_status_code -), within a round trip of being sent.",
            "Healthy otherwise: 99.98 % of the requests to these targets were answered in 3 ms (median).",
        ],
        RuledOut =
        [
            new(Cause.TargetRestart, "the errors are spread over 3 days and both targets; no two within 2 minutes."),
            new(Cause.TargetCrash, "no request was cut in its middle: all errors came within 1 ms."),
            new(Cause.MalformedResponse, "the same 14 URLs were answered 9,310 times."),
        ],
        Alternatives = [new(Cause.RequestLimitClose, 0.02, "the target's setting for requests per connection; weir probe --max-requests 200 measures it.")],
        Keepalive = new KeepaliveEstimate(5.001, 4.98, 5.02, 4.997, 5.006, ["Node.js http.Server", "Express", "uvicorn"]),
        Fixes =
        [
            new(
                "Let the target outlive the balancer's idle timeout of 60 s",
                "server.keepAliveTimeout = 65000\nserver.headersTimeout = 66000",
                "on the http.Server that listens; milliseconds",
                "weir probe http://10.0.1.5:3000 --idle-timeout 60",
                "headersTimeout must be larger than keepAliveTimeout, or Node closes in the middle of a request."),
        ],
        Cost = new FindingCost(7.7, 120, 0, "steady"),
        Examples = [example, example with { Time = example.Time.AddHours(7), Target = "10.0.2.9:3000", TraceId = null, GapSeconds = null, TargetLog = null }],
    };

    private static Finding SlowTarget => new()
    {
        Cause = Cause.SlowTarget,
        Count = 18,
        Confidence = 0.88,
        First = _begin.AddHours(51),
        Last = _begin.AddHours(56),
        TargetGroup = WebArn,
        Targets = [new("10.0.3.7:8080", 63_120, 18)],
        Headline = "Requests to /reports got no byte for 60 s.",
        Evidence = ["All 18 end 60.0 s after they were sent."],
        RuledOut = [new(Cause.ConnectTimeout, "the connection was there: request_processing_time is 0.000.")],
        Alternatives = [],
        Keepalive = null,
        Fixes = [new("Answer within 60 s, or give the balancer more time", "idle_timeout.timeout_seconds = 120", "an attribute of the load balancer; seconds", null, null)],
        Cost = new FindingCost(6, 285, null, "rising"),
        Examples = [],
    };

    public static LogCounts Counts(long requests, long balancerErrors, long targetErrors, IReadOnlyList<StatusCount> statuses) => new()
    {
        Files = 3,
        Bytes = requests * 451,
        Lines = requests + 55,
        Requests = requests,
        OutsidePeriod = 0,
        ConnectionLines = 0,
        HealthCheckLines = 0,
        OtherBalancerLines = 0,
        UnreadableLines = 0,
        UnreadablePlaces = [],
        LateLines = 0,
        BalancerErrors = balancerErrors,
        TargetErrors = targetErrors,
        Statuses = statuses,
    };

    private static ReportCharts Charts()
    {
        var random = new Random(7);
        const int Bars = 72;
        TimeBar[] bars =
        [
            .. from hour in Enumerable.Range(0, Bars)
               from cause in (Cause[])[Cause.KeepaliveRace, Cause.SlowTarget]
               let errors = cause == Cause.KeepaliveRace ? random.Next(0, 2) * random.Next(0, 3) : hour is > 50 and < 56 ? random.Next(1, 6) : 0
               where errors > 0
               select new TimeBar(_begin.AddHours(hour), _begin.AddHours(hour + 1), cause, errors, 2_600),
        ];
        const double Step = 1.05;
        LagBin[] bins =
        [
            .. from index in Enumerable.Range(0, 116)
               let low = 0.2 * Math.Pow(Step, index)
               let high = low * Step
               let requests = 40_000 * Math.Exp(-low / 8)
               let isClose = low < 5.02 && high > 4.98
               select new LagBin(low, high, isClose ? 21 : random.Next(0, 40) == 0 ? 1 : 0, requests * 0.00003, requests),
        ];
        TimingPoint[] points =
        [
            .. Enumerable.Range(0, 23).Select(_ => new TimingPoint(_begin.AddHours(random.NextDouble() * Bars), random.NextDouble() * 0.002, Cause.KeepaliveRace)),
            .. Enumerable.Range(0, 18).Select(_ => new TimingPoint(_begin.AddHours(51 + (random.NextDouble() * 5)), 60 + (random.NextDouble() * 0.05), Cause.SlowTarget)),
        ];
        return new ReportCharts(
            bars,
            [new LagChart(ApiArn, bins, 4.98, 5.02)],
            [new("10.0.1.5:3000", 64_104, 14), new("10.0.2.9:3000", 63_980, 9), new("10.0.3.7:8080", 63_120, 18)],
            points);
    }
}
