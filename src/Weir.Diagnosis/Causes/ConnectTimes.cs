namespace Weir.Diagnosis.Causes;

/// <summary>
/// How long it takes until a connection is refused, one round trip, and until a TLS handshake has failed, two and some
/// arithmetic; by what is known of the <see cref="RoundTrip"/>. Pure.
/// </summary>
internal static class ConnectTimes
{
    // From the request's arrival until the SYN, and what a server needs for its part of a handshake.
    private const double OwnMilliseconds = 0.3, HandshakeMilliseconds = 1.3;

    // Lateness of a packet, as a share of the round trip, and of anything else.
    private const double JitterShare = 0.15, JitterMilliseconds = 0.5, EarlyMilliseconds = 0.4;

    // A lost packet, or a busy moment: any time.
    private const double StrayShare = 0.02;

    // Where nobody ever answered, the round trip is anything up to this.
    private const double FarthestMilliseconds = 50;

    private const int Steps = 48;

    // They share one round trip, and much else: more than so many say no more.
    private const double MostErrors = 12;

    /// <summary>So many times are told apart, 1 ms each.</summary>
    public const int Places = 64;

    /// <summary>Nats, of all errors without a connection of one target together.</summary>
    /// <param name="errors">How many took so many ms.</param>
    public static double RefusalNats(int[] errors, int? fastestMilliseconds) => Nats(errors, fastestMilliseconds, 1, OwnMilliseconds);

    /// <inheritdoc cref="RefusalNats"/>
    public static double HandshakeNats(int[] errors, int? fastestMilliseconds) =>
        Nats(errors, fastestMilliseconds, 2, OwnMilliseconds + HandshakeMilliseconds);

    private static double Nats(int[] errors, int? fastestMilliseconds, int roundTrips, double otherMilliseconds)
    {
        double most = fastestMilliseconds is { } fastest ? Math.Max(fastest, RoundTrip.Nearest) : FarthestMilliseconds;
        double plain = fastestMilliseconds is null ? 0 : RoundTrip.PlainShare;
        Span<double> nats = stackalloc double[Steps + 1];
        nats[Steps] = Of(most, plain);
        for (int step = 0; step < Steps; step++)
        {
            nats[step] = Of(RoundTrip.Nearest * Math.Pow(most / RoundTrip.Nearest, (step + 0.5) / Steps), (1 - plain) / Steps);
        }

        double greatest = double.NegativeInfinity, sum = 0;
        foreach (double one in nats)
        {
            greatest = Math.Max(greatest, one);
        }

        foreach (double one in nats)
        {
            sum += Math.Exp(one - greatest);
        }

        return greatest + Math.Log(sum);

        double Of(double roundTrip, double share)
        {
            double all = 0, count = 0;
            for (int i = 0; i < errors.Length; i++)
            {
                count += errors[i];
                all += errors[i] == 0 ? 0 : errors[i] * Math.Log(((1 - StrayShare) * Density(i, roundTrip * roundTrips, otherMilliseconds)) + (StrayShare / Places));
            }

            return Math.Log(share) + (all * Math.Min(1, MostErrors / count));
        }
    }

    // Most likely just after the way and the work, less and less likely later; and a little earlier, for both are guesses. Whole
    // milliseconds are logged, the arrival's cut off: what took 1.2 ms is logged as 1 or as 2.
    private static double Density(int milliseconds, double wayMilliseconds, double otherMilliseconds)
    {
        double late = (JitterShare * wayMilliseconds) + JitterMilliseconds;
        double mode = wayMilliseconds + otherMilliseconds;
        return Below(milliseconds + 0.5) - Below(milliseconds - 0.5);

        double Below(double limit) => limit < mode
            ? EarlyMilliseconds / (EarlyMilliseconds + late) * Math.Exp((limit - mode) / EarlyMilliseconds)
            : 1 - (late / (EarlyMilliseconds + late) * Math.Exp(-(limit - mode) / late));
    }
}
