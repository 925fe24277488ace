using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Tests.Causes;

/// <summary>Requests made up by a test, of one node, in one target group; handed on by the time of their answers.</summary>
internal sealed class RequestStream
{
    private readonly List<(LoggedRequest Request, RequestDetail? Detail)> _requests = [];

    public RequestStream()
    {
        Names.AddNode("10.0.0.1");
        Names.AddTargetGroup("arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/app/0123456789abcdef");
        for (int i = 1; i < 9; i++)
        {
            Names.AddTarget($"10.0.1.{i}:80");
        }
    }

    public static LogCounts NoCounts { get; } = new()
    {
        Files = 1,
        Bytes = 0,
        Lines = 0,
        Requests = 0,
        OutsidePeriod = 0,
        ConnectionLines = 0,
        HealthCheckLines = 0,
        OtherBalancerLines = 0,
        UnreadableLines = 0,
        UnreadablePlaces = [],
        LateLines = 0,
        BalancerErrors = 0,
        TargetErrors = 0,
        Statuses = [],
    };

    public LogNames Names { get; } = new();

    public void Add(
        DateTimeOffset completed, int requestMs, int targetMs, int responseMs, short elb, short target, int at = 0, ulong key = 1,
        string? reason = null, string? actions = "forward", double? tookSeconds = null)
    {
        long microseconds = (completed - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        long took = tookSeconds is { } seconds
            ? (long)(seconds * 1e6)
            : 1000L * (Math.Max(requestMs, 0) + Math.Max(targetMs, 0) + Math.Max(responseMs, 0));
        var request = new LoggedRequest
        {
            CompletedMicroseconds = microseconds,
            CreatedMicroseconds = microseconds - took,
            RequestMilliseconds = requestMs,
            TargetMilliseconds = targetMs,
            ResponseMilliseconds = responseMs,
            ElbStatus = elb,
            TargetStatus = target,
            Node = 0,
            Target = at,
            TargetGroup = 0,
            RequestKey = key,
            ReceivedBytes = 100,
            SentBytes = 100,
            IsCreationLogged = true,
        };
        _requests.Add((request, request.IsBalancerError ? Detail(reason, actions) : null));
    }

    public void Feed(ILoggedRequestConsumer consumer)
    {
        foreach ((LoggedRequest request, RequestDetail? detail) in _requests.OrderBy(static entry => entry.Request.CompletedMicroseconds))
        {
            consumer.Accept(request, detail);
        }
    }

    private static RequestDetail Detail(string? reason, string? actions) => new()
    {
        Type = "http",
        ClientAddress = "192.0.2.1",
        Method = "GET",
        Url = "http://example.com:80/",
        UserAgent = "-",
        TraceId = "Root=1-0-0",
        Actions = actions,
        ErrorReason = reason,
        Classification = null,
        ClassificationReason = null,
        ConnectionTraceId = null,
        File = "made.log",
        LineNumber = 1,
    };
}
