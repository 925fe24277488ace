namespace Weir.Balancer;

/// <summary>
/// Whether a request and the close of its connection passed each other on their ways: known from the FIN (or RST), which came
/// before the request could have reached the target and been answered.
/// </summary>
internal static class CloseCrossing
{
    // A server whose timer ends closes before it reads what has come since its event loop last looked: across loopback, where
    // the round trip is next to nothing, requests of the last millisecond are lost. Source: measured with Node.js 20.
    private const long LeastWindowMicros = 1_000;

    // For what is learned, not counted, there is room: jitter, a busy loop here or there. What ends later was handled, and
    // ended for another reason.
    private const long LeastMetMicros = 10_000;
    private const int RoundTripsMet = 2;

    /// <summary>A connection was declined, and has ended now: a request sent on it would have met that.</summary>
    public static bool IsNearMiss(TargetConnection connection, DeclinedReuse declined, long sinceMicros) =>
        sinceMicros <= Math.Max(
            LeastWindowMicros, RoundTripMicros(connection, declined.Listener.LoadBalancer.StaleConnections.RoundTrip));

    /// <summary>
    /// A request was sent on a connection, without an answer, and it has ended now: the request met its idle timer. A target
    /// that says of itself that it keeps connections for longer has ended it for another reason: the request, perhaps.
    /// </summary>
    public static bool IsMet(TargetConnection connection, long sinceMicros) =>
        !(connection.Stale.LearnsFromHints && connection.IdleMs < connection.AdvertisedMs - ExplainLimits.EarlyCloseMs)
        && (sinceMicros <= LeastMetMicros || sinceMicros <= RoundTripsMet * RoundTripMicros(connection, connection.Stale.RoundTrip));

    private static long RoundTripMicros(TargetConnection connection, TimeSpan set) =>
        set > TimeSpan.Zero ? (long)set.TotalMicroseconds : connection.Connection.RoundTripMicros();
}
