using Weir.Diagnosis.Logs;
using Weir.Diagnosis.TargetLogs;

namespace Weir.Diagnosis.Tests.TargetLogs;

/// <summary>One request, and what is true of it.</summary>
internal sealed record SyntheticRequest
{
    public required DateTimeOffset Dispatched { get; init; }

    public required TimeSpan Duration { get; init; }

    public required string Path { get; init; }

    public required string TraceId { get; init; }

    public required bool IsError { get; init; }

    public required bool IsLogged { get; init; }

    public required int Target { get; init; }

    public JoinRequest Logged()
    {
        var dispatched = (Dispatched - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        // An error of a race is over at once, whatever its target does with the request.
        var milliseconds = IsError ? 1 : (int)Duration.TotalMilliseconds;
        return new JoinRequest(
            new LoggedRequest
            {
                CompletedMicroseconds = dispatched + (milliseconds * 1000L),
                CreatedMicroseconds = dispatched,
                RequestMilliseconds = 0,
                TargetMilliseconds = milliseconds,
                ResponseMilliseconds = IsError ? LoggedRequest.NoTime : 0,
                ElbStatus = (short)(IsError ? 502 : 200),
                TargetStatus = (short)(IsError ? 0 : 200),
                Node = 0,
                Target = Target,
                TargetGroup = 0,
                RequestKey = 0,
                ReceivedBytes = 100,
                SentBytes = 200,
                IsCreationLogged = true,
            },
            new RequestDetail
            {
                Type = "http",
                ClientAddress = "203.0.113.9",
                Method = "GET",
                Url = $"http://example.com:80{Path}",
                UserAgent = "curl",
                TraceId = $"Root={TraceId}",
                Actions = "forward",
                ErrorReason = null,
                Classification = null,
                ClassificationReason = null,
                ConnectionTraceId = null,
                File = "alb.log",
                LineNumber = 1,
            });
    }
}
