using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Tests.Causes;

/// <summary>Requests made up by a test, of one node, in one target group; handed on by the time of their answers.</summary>
internal sealed class RequestStream
{
    private readonly List<(LoggedRequest Request, RequestDetail? Detail)> _requests = [];
    private readonly List<LoggedHealthCheck> _checks = [];
    private readonly List<LoggedConnection> _connections = [];

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

    /// <summary>A kind of request among others that differ in the last part of their paths alone.</summary>
    public static ulong InFamily(uint family, uint name) => ((ulong)family << 32) | name;

    public LogNames Names { get; } = new();

    public void Add(
        DateTimeOffset completed, int requestMs, int targetMs, int responseMs, short elb, short target, int at = 0, ulong key = 1,
        string? reason = null, string? actions = "forward", double? tookSeconds = null,
        string client = "192.0.2.1", string? connection = null, long bytes = 100)
    {
        long microseconds = Microseconds(completed);
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
            // A small number is a kind with a family of its own.
            RequestKey = key <= uint.MaxValue ? (key << 32) | key : key,
            ReceivedBytes = bytes,
            SentBytes = 100,
            IsCreationLogged = true,
        };
        _requests.Add((request, request.IsBalancerError ? Detail(reason, actions, client, connection) : null));
    }

    public void AddCheck(DateTimeOffset begun, string? failure = null, int at = 0) => _checks.Add(new LoggedHealthCheck
    {
        TimeMicroseconds = Microseconds(begun),
        LatencyMicroseconds = 1_000,
        Target = at,
        TargetGroupName = "app",
        IsPassed = failure is null,
        Status = (short)(failure is null ? 200 : 0),
        Reason = failure,
    });

    public void AddConnection(DateTimeOffset opened, string connection, string verified = "Success") => _connections.Add(new LoggedConnection
    {
        TimeMicroseconds = Microseconds(opened),
        Node = 0,
        ListenerPort = 443,
        HandshakeMilliseconds = 3,
        TlsProtocol = "TLSv1.3",
        VerifyStatus = verified,
        TraceKey = LoggedConnection.KeyOf(connection),
    });

    public void Feed(ILoggedRequestConsumer consumer)
    {
        // Other logs come in the order of their files: here before, so that nothing can rely on the order.
        foreach (LoggedHealthCheck check in _checks)
        {
            consumer.AcceptHealthCheck(check);
        }

        foreach (LoggedConnection connection in _connections)
        {
            consumer.AcceptConnection(connection);
        }

        foreach ((LoggedRequest request, RequestDetail? detail) in _requests.OrderBy(static entry => entry.Request.CompletedMicroseconds))
        {
            consumer.Accept(request, detail);
        }
    }

    private static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static RequestDetail Detail(string? reason, string? actions, string client, string? connection) => new()
    {
        Type = "http",
        ClientAddress = client,
        Method = "GET",
        Url = "http://example.com:80/",
        UserAgent = "-",
        TraceId = "Root=1-0-0",
        Actions = actions,
        ErrorReason = reason,
        Classification = null,
        ClassificationReason = null,
        ConnectionTraceId = connection,
        File = "made.log",
        LineNumber = 1,
    };
}
