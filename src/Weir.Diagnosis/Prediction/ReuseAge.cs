namespace Weir.Diagnosis;

/// <summary>
/// How old the newest idle connection is when it is used again, seen from one level: so many requests are under way at
/// that moment. Its first two moments are exact; <see cref="Weight"/> and <see cref="DecayPerSecond"/> are the exponential tail that has them.
/// </summary>
/// <remarks>
/// The age is the time from the end of a request that left k others under way to the moment when again more than k are.
/// Derivation: docs/race.md. The recursion is that of the first passage up a birth–death chain.
/// </remarks>
internal readonly record struct ReuseAge(double MeanSeconds, double MeanSquareSeconds)
{
    /// <summary>γ: by how much the chance to be still unused falls in a second.</summary>
    public double DecayPerSecond => 2 * MeanSeconds / MeanSquareSeconds;

    /// <summary>c: the share of reuses that the tail is made of; the others come within about one service time.</summary>
    public double Weight => DecayPerSecond * MeanSeconds;

    /// <summary>Nothing else is under way: the age is the gap to the next arrival.</summary>
    public static ReuseAge OfLevel0(double arrivalsPerSecond) =>
        new(1 / arrivalsPerSecond, 2 / (arrivalsPerSecond * arrivalsPerSecond));

    /// <summary>One level up, from which requests end at the given rate.</summary>
    public ReuseAge NextLevel(double arrivalsPerSecond, double endsPerSecond)
    {
        // Either an arrival comes first, or an end: then this level has to be climbed to again, and left.
        double stay = 1 / (arrivalsPerSecond + endsPerSecond);
        double down = endsPerSecond * stay;
        double up = arrivalsPerSecond * stay;
        double mean = (stay + (down * MeanSeconds)) / up;
        double square = ((2 * stay * stay) + (2 * stay * down * (MeanSeconds + mean))
            + (down * (MeanSquareSeconds + (2 * MeanSeconds * mean)))) / up;
        return new ReuseAge(mean, square);
    }
}
