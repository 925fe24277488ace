using Weir.Model;
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

    /// <summary>An exchange has come to its end, and its connection to the target is not given back yet.</summary>
    public void Ended(Exchange exchange)
    {
        if (exchange.Failure.Reason != FailureReason.None)
        {
            Failed(exchange);
        }
        else if (exchange.FirstAttempt is { Reason: FailureReason.TargetClosed, BytesWritten: > 0 })
        {
            Retried(exchange);
        }
    }

    /// <summary>A target closed a connection that had been declined for its age, so soon that the request would have met it.</summary>
    public void NearMiss(LoopTarget target, DeclinedReuse declined, in Failure facts, long sinceMicros, long timeUnixMicros) =>
        Append(new ExplainRecord
        {
            Kind = ExplainKind.NearMiss,
            TimeUnixMicros = timeUnixMicros,
            TraceId = declined.TraceId,
            ConnectionTraceId = declined.Client.ConnectionTraceId,
            LoadBalancer = declined.Listener.ResourceId,
            ListenerArn = declined.Listener.Snapshot.Arn,
            TargetGroupArn = declined.Group.Arn,
            Target = target.Key,
            Client = declined.Client.LogText,
            Method = declined.Method,
            Host = declined.Host,
            Port = declined.Listener.Port,
            IsHttps = declined.Listener.IsHttps,
            Uri = declined.Uri,
            Facts = facts,
            IsConnected = true,
            Learned = facts.Learned,
            IdleTimeoutMs = declined.Listener.IdleTimeoutMs,
            ElapsedMicros = -1,
            SinceDispatchMicros = -1,
            ClosedAfterMicros = sinceMicros,
        });

    public void Flush() => buffer.Flush();

    public void Dispose() => _lines.Dispose();

    private void Failed(Exchange exchange)
    {
        Span<Attempt> attempts = stackalloc Attempt[ExplainLimits.Attempts];
        int count = 0;
        if (exchange.FirstAttempt.Reason != FailureReason.None)
        {
            attempts[count++] = new Attempt(exchange.FirstAttempt, true, exchange.Attempts.FirstMicros);
        }

        bool isConnected = exchange.Stream is not null;
        long sinceDispatchMicros = isConnected ? exchange.FailedMicros - exchange.Attempts.BeganMicros : -1;
        if (isConnected)
        {
            attempts[count++] = new Attempt(exchange.Failure, true, exchange.Attempts.BeganMicros == 0 ? -1 : sinceDispatchMicros);
        }
        else if (exchange.Attempts.ReconnectFailure != FailureReason.None)
        {
            attempts[count++] = new Attempt(Failure.WithoutTarget(exchange.Attempts.ReconnectFailure), false, -1);
        }
        else if (IsOfConnecting(exchange.Failure.Reason))
        {
            attempts[count++] = new Attempt(exchange.Failure, false, -1);
        }

        // Without a second connection, what is known is what the first one showed.
        bool isOfFirst = !isConnected && exchange.Attempts.ReconnectFailure != FailureReason.None && exchange.Failure == exchange.FirstAttempt;
        Attempt told = isOfFirst
            ? attempts[0]
            : new Attempt(exchange.Failure, isConnected, exchange.Attempts.BeganMicros == 0 ? -1 : sinceDispatchMicros);
        Write(exchange, ExplainKind.Failure, told, attempts[..count]);
    }

    private void Retried(Exchange exchange)
    {
        var first = new Attempt(exchange.FirstAttempt, true, exchange.Attempts.FirstMicros);
        Failure answered = exchange.Stream!.Describe(FailureReason.None);
        var second = new Attempt(answered, true, exchange.AnsweredMicros - exchange.Attempts.BeganMicros);
        Write(exchange, ExplainKind.Retried, first, [first, second]);
    }

    private void Write(Exchange exchange, ExplainKind kind, in Attempt told, ReadOnlySpan<Attempt> attempts)
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
            IsHttps = listener.IsHttps,
            TlsProblem = exchange.Attempts.TlsProblem,
            Uri = readable ? ExchangeLog.UriFrom(request) : default,
            IsIdempotent = readable && RequestMethods.IsIdempotent(request.KnownMethod),
            HeldBodyBytes = HeldBodyBytesOf(listener.LoadBalancer.StaleConnections),
            StatusCode = ExchangeLog.StatusCodeOf(exchange),
            Facts = told.Facts,
            IsConnected = told.IsConnected,
            Learned = told.IsConnected || exchange.Target is null ? told.Facts.Learned : LearnedOf(exchange.Target, listener),
            IdleTimeoutMs = listener.IdleTimeoutMs,
            Attempts = attempts,
            ElapsedMicros = Math.Max(0, endedMicros - exchange.ReceivedMicros),
            SinceDispatchMicros = told.ElapsedMicros,
            ClosedAfterMicros = -1,
        });
    }

    private void Append(in ExplainRecord record) => buffer.Append(_lines.Write(record), record.TimeUnixMicros);

    private static int? HeldBodyBytesOf(StaleConnectionSettings settings) =>
        settings.Mode == StaleConnectionMode.Protect ? settings.HeldBodyBytes : null;

    private static LearnedCloseTime LearnedOf(LoopTarget target, ListenerView listener) =>
        target.Reuse.Learned(listener.LoadBalancer.StaleConnections, CloseTimes.Unknown);

    private static bool IsOfConnecting(FailureReason reason) => reason
        is FailureReason.ConnectRefused or FailureReason.ConnectUnreachable or FailureReason.ConnectTimedOut or FailureReason.NoLocalResources
        or FailureReason.TargetTlsFailed or FailureReason.TargetTlsTimedOut;
}
