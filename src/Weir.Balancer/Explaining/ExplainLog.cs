using Weir.AccessLogs;
using Weir.Http;

namespace Weir.Balancer;

/// <summary>
/// Puts on record every failure and every near miss of one loop, with all that was known and a verdict in words. Owned by
/// its loop and used on its thread only; it never blocks, and drops lines (counted) when the disk is behind.
/// </summary>
internal sealed class ExplainLog(AccessLogBuffer buffer) : IDisposable
{
    private readonly ExplainLineWriter _lines = new();

    /// <summary>An exchange ended in failure, with no attempt before the one that it has now.</summary>
    public void Failed(Exchange exchange) => Failed(exchange, LearnedCloseTime.Nothing, []);

    /// <summary>
    /// An exchange ended in failure. <paramref name="earlier"/>: its attempts before the last, which is read from it.
    /// </summary>
    public void Failed(Exchange exchange, in LearnedCloseTime learned, ReadOnlySpan<Attempt> earlier)
    {
        Span<Attempt> attempts = stackalloc Attempt[ExplainLimits.Attempts];
        int count = Math.Min(earlier.Length, ExplainLimits.Attempts - 1);
        earlier[..count].CopyTo(attempts);
        bool isConnected = exchange.Stream is not null;
        if (isConnected || IsOfConnecting(exchange.Failure.Reason))
        {
            attempts[count++] = new Attempt(exchange.Failure, isConnected, SinceDispatch(exchange));
        }

        Write(exchange, ExplainKind.Failure, exchange.Failure, isConnected, SinceDispatch(exchange), learned, attempts[..count]);
    }

    /// <summary>An exchange was answered whose first attempt had met the close of its connection.</summary>
    public void Retried(Exchange exchange, in Attempt first, in Attempt second, in LearnedCloseTime learned) =>
        Write(exchange, ExplainKind.Retried, first.Facts, first.IsConnected, first.ElapsedMicros, learned, [first, second]);

    /// <summary>A target closed a connection that had not been used for its age.</summary>
    public void NearMiss(in NearMiss miss) => Append(new ExplainRecord
    {
        Kind = ExplainKind.NearMiss,
        TimeUnixMicros = miss.TimeUnixMicros,
        TraceId = miss.TraceId,
        LoadBalancer = miss.Listener.ResourceId,
        ListenerArn = miss.Listener.Snapshot.Arn,
        TargetGroupArn = miss.TargetGroupArn,
        Target = miss.Target,
        Facts = miss.Facts,
        IsConnected = true,
        Learned = miss.Learned,
        IdleTimeoutMs = miss.Listener.IdleTimeoutMs,
        ElapsedMicros = -1,
        SinceDispatchMicros = -1,
        ClosedAfterMicros = miss.ClosedAfterMicros,
    });

    public void Flush() => buffer.Flush();

    public void Dispose() => _lines.Dispose();

    private void Write(
        Exchange exchange, ExplainKind kind, in Failure facts, bool isConnected, long sinceDispatchMicros,
        in LearnedCloseTime learned, ReadOnlySpan<Attempt> attempts)
    {
        RequestHead request = exchange.Request;
        ListenerView listener = exchange.Listener;
        bool readable = ExchangeLog.IsReadable(exchange);
        long endedMicros = exchange.FailedMicros != 0 ? exchange.FailedMicros : exchange.AnsweredMicros;
        Append(new ExplainRecord
        {
            Kind = kind,
            TimeUnixMicros = exchange.EndedUnixMicros,
            TraceId = readable ? exchange.TraceId : default,
            ConnectionTraceId = exchange.Peer.ConnectionTraceId,
            LoadBalancer = listener.ResourceId,
            ListenerArn = listener.Snapshot.Arn,
            TargetGroupArn = exchange.Group is { } group ? group.Arn : default,
            Target = exchange.Target is { } target ? target.Key : default,
            Client = exchange.Peer.LogText,
            Method = readable ? request.Method : default,
            Host = readable ? HostRule.WithoutPort(HostRule.Requested(exchange)) : default,
            Port = listener.Port,
            Uri = readable ? ExchangeLog.UriFrom(request) : default,
            IsIdempotent = readable && IsIdempotent(request.KnownMethod),
            StatusCode = ExchangeLog.StatusCodeOf(exchange),
            Facts = facts,
            IsConnected = isConnected,
            Learned = learned,
            IdleTimeoutMs = listener.IdleTimeoutMs,
            Attempts = attempts,
            ElapsedMicros = Math.Max(0, endedMicros - exchange.ReceivedMicros),
            SinceDispatchMicros = sinceDispatchMicros,
            ClosedAfterMicros = -1,
        });
    }

    private void Append(in ExplainRecord record) => buffer.Append(_lines.Write(record), record.TimeUnixMicros);

    private static long SinceDispatch(Exchange exchange) =>
        exchange.DispatchedMicros == 0 ? -1 : exchange.FailedMicros - exchange.DispatchedMicros;

    private static bool IsOfConnecting(FailureReason reason) => reason
        is FailureReason.ConnectRefused or FailureReason.ConnectUnreachable or FailureReason.ConnectTimedOut or FailureReason.NoLocalResources;

    // Source: RFC 9110 §9.2.2
    private static bool IsIdempotent(RequestMethod method) => method
        is RequestMethod.Get or RequestMethod.Head or RequestMethod.Options or RequestMethod.Trace or RequestMethod.Put or RequestMethod.Delete;
}
