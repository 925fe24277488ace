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
            IsTargetHttp2 = target.IsHttp2,
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
        AttemptState attempts = exchange.Attempts;
        bool isConnected = exchange.Stream is not null;
        // What turned out to be too large had a connection, and nothing of it was sent there.
        bool isDispatched = isConnected && attempts.BeganMicros != 0 && exchange.Failure.Reason != FailureReason.RequestTooLargeForTarget;
        long elapsedMicros = isDispatched ? exchange.FailedMicros - attempts.BeganMicros : -1;
        var last = new Attempt(exchange.Target?.Key ?? [], exchange.Failure, isConnected, elapsedMicros);
        bool isAttempt = isConnected || (attempts.Count == 0 && IsOfConnecting(exchange.Failure.Reason));
        // Without another connection, what is known is what the first one showed.
        bool isOfFirst = !isConnected && attempts.Count > 1 && exchange.Failure == exchange.FirstAttempt;
        Write(exchange, ExplainKind.Failure, isOfFirst ? attempts.Ended[0] : last, isAttempt ? attempts.With(last) : attempts.Ended);
    }

    private void Retried(Exchange exchange)
    {
        AttemptState attempts = exchange.Attempts;
        var answered = new Attempt(
            exchange.Target!.Key, exchange.Stream!.Describe(FailureReason.None), true, exchange.AnsweredMicros - attempts.BeganMicros);
        Write(exchange, ExplainKind.Retried, attempts.Ended[0], attempts.With(answered));
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
            IsTargetHttp2 = exchange.Target is { IsHttp2: true },
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
