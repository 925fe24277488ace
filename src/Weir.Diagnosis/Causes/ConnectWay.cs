namespace Weir.Diagnosis.Causes;

/// <summary>
/// How long one kind of connection takes, until it is there or has failed: most likely just the way and the work, less and less
/// likely later; and a little earlier, for both are guesses. A plain value.
/// </summary>
/// <param name="ModeMilliseconds">The likeliest time.</param>
/// <param name="EarlyMilliseconds">By how much less it may be, and by how much more; each is a mean.</param>
internal readonly record struct ConnectWay(double ModeMilliseconds, double EarlyMilliseconds, double LateMilliseconds)
{
    // From the request's arrival until the SYN; and what a server needs for its part of a handshake: a signature.
    private const double OwnMilliseconds = 0.3, HandshakeMilliseconds = 1.3;

    // By how much those are off.
    private const double OwnSpread = 0.35, HandshakeSpread = 0.5;

    /// <summary>A connection, or its refusal: one round trip.</summary>
    public static ConnectWay Tcp(double roundTripMilliseconds, double jitterShare) =>
        new(roundTripMilliseconds + OwnMilliseconds, OwnSpread, OwnSpread + (jitterShare * roundTripMilliseconds));

    /// <summary>TLS on it, or the failure of TLS: one more.</summary>
    public static ConnectWay Tls(double roundTripMilliseconds, double jitterShare) => new(
        (2 * roundTripMilliseconds) + OwnMilliseconds + HandshakeMilliseconds, HandshakeSpread, HandshakeSpread + (2 * jitterShare * roundTripMilliseconds));

    /// <summary>The round trip that makes this the likeliest time.</summary>
    public static double RoundTripOf(double milliseconds, bool isTls) =>
        isTls ? (milliseconds - OwnMilliseconds - HandshakeMilliseconds) / 2 : milliseconds - OwnMilliseconds;

    /// <summary>The chance of a time that is logged so: whole milliseconds, the arrival's cut off. What took 1.2 ms is logged as 1 or as 2.</summary>
    public double Density(int milliseconds) => Below(milliseconds + 0.5) - Below(milliseconds - 0.5);

    private double Below(double limit) => limit < ModeMilliseconds
        ? EarlyMilliseconds / (EarlyMilliseconds + LateMilliseconds) * Math.Exp((limit - ModeMilliseconds) / EarlyMilliseconds)
        : 1 - (LateMilliseconds / (EarlyMilliseconds + LateMilliseconds) * Math.Exp(-(limit - ModeMilliseconds) / LateMilliseconds));
}
