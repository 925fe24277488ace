using Weir.Http;
using Weir.Model;

namespace Weir.Balancer;

/// <summary>Whether a request goes out once more, on another connection. Never a third time.</summary>
internal static class SecondAttempt
{
    /// <summary>
    /// One that the target says it has not looked at may, whatever it is: it is as if it was never sent. Source: RFC 9113 §8.7.
    /// So may one that met the close of its connection before a byte of it was written. Any other that met a close only in the mode
    /// <c>protect</c>, if it is idempotent, the connection had carried a request before, and no byte of an answer came. Source: RFC
    /// 9110 §9.2.2. All that was sent has to be here still.
    /// </summary>
    public static bool IsAllowed(Exchange exchange, FailureReason reason, bool isHeld)
    {
        if (exchange.IsStopped || exchange.FirstAttempt.Reason != FailureReason.None || exchange.Stream is not { ReceivedBytes: 0 } stream
            || !(isHeld || stream.IsUntouched))
        {
            return false;
        }

        return reason switch
        {
            FailureReason.TargetRefusedStream => true,
            FailureReason.TargetClosed => stream.IsReused && Protects(exchange) && (stream.SentBytes == 0 || IsIdempotent(exchange)),
            _ => false,
        };
    }

    /// <summary>What is sent is to be held for it.</summary>
    public static bool MayCome(Exchange exchange, TargetStream stream) =>
        stream.MayBeRefused || (stream.IsReused && Protects(exchange) && IsIdempotent(exchange));

    private static bool Protects(Exchange exchange) =>
        exchange.Listener.LoadBalancer.StaleConnections.Mode == StaleConnectionMode.Protect;

    private static bool IsIdempotent(Exchange exchange) => RequestMethods.IsIdempotent(exchange.Request.KnownMethod);
}
