using Weir.Http;
using Weir.Model;

namespace Weir.Balancer;

/// <summary>Whether a request goes out once more: on another connection, and one that was refused to another target.</summary>
internal static class AnotherAttempt
{
    /// <summary>No target has looked at it: the target has said so, or nothing of it was sent. It is as if it was never there.</summary>
    public static bool IsUnseen(FailureReason reason) => reason is FailureReason.TargetRefusedStream or FailureReason.TargetConnectionLost;

    /// <summary>
    /// One that no target has looked at may, whatever it is. Source: RFC 9113 §8.7.
    /// So may, once, one that met the close of its connection before a byte of it was written. Any other that met a close only in the
    /// mode <c>protect</c>, once, if it is idempotent, the connection had carried a request before, and no byte of an answer came.
    /// Source: RFC 9110 §9.2.2. All that was sent has to be here still.
    /// </summary>
    public static bool IsAllowed(Exchange exchange, FailureReason reason, bool isHeld)
    {
        if (exchange.IsStopped || exchange.Stream is not { ReceivedBytes: 0 } stream || !(isHeld || stream.IsUntouched))
        {
            return false;
        }

        return reason switch
        {
            FailureReason.TargetClosed =>
                !exchange.Attempts.MetClose && stream.IsReused && Protects(exchange) && (stream.SentBytes == 0 || IsIdempotent(exchange)),
            _ => IsUnseen(reason) && (exchange.Attempts.Count == 0 || MayMove(exchange)),
        };
    }

    /// <summary>A request that was refused may go to another target, and there is one.</summary>
    public static bool MayMove(Exchange exchange) =>
        exchange.Attempts.Moves < AttemptState.MaxMoves && exchange.Group!.HasOther(exchange.Attempts.FirstTarget!, exchange.Target!);

    /// <summary>What is sent is to be held for it.</summary>
    public static bool MayCome(Exchange exchange, TargetStream stream) =>
        stream.MayBeRefused || (stream.IsReused && Protects(exchange) && IsIdempotent(exchange));

    private static bool Protects(Exchange exchange) =>
        exchange.Listener.LoadBalancer.StaleConnections.Mode == StaleConnectionMode.Protect;

    private static bool IsIdempotent(Exchange exchange) => RequestMethods.IsIdempotent(exchange.Request.KnownMethod);
}
