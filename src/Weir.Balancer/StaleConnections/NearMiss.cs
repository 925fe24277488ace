namespace Weir.Balancer;

/// <summary>
/// Whether a reuse that was declined for age would indeed have met the target's close. It is known from the FIN (or RST): it
/// came before a request sent at that moment could have reached the target and been answered.
/// </summary>
internal static class NearMiss
{
    // A server whose timer ends closes before it reads what has come since its event loop last looked: across loopback, where
    // the round trip is next to nothing, requests of the last millisecond are lost. Source: measured with Node.js 20.
    private const long LeastWindowMicros = 1_000;

    /// <summary>The target has closed a connection, now, that was declined earlier.</summary>
    public static bool Is(Http1Target connection, DeclinedReuse declined, long sinceMicros)
    {
        TimeSpan set = declined.Listener.LoadBalancer.StaleConnections.RoundTrip;
        long roundTripMicros = set > TimeSpan.Zero ? (long)set.TotalMicroseconds : connection.Connection.RoundTripMicros();
        return sinceMicros <= Math.Max(LeastWindowMicros, roundTripMicros);
    }
}
