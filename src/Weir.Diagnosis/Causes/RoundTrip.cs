namespace Weir.Diagnosis.Causes;

/// <summary>
/// What is known of the round trip to a target, which no log has: it is no longer than the fastest answer, and as likely
/// just that as anything shorter. Pure.
/// </summary>
internal static class RoundTrip
{
    /// <summary>Shorter ones look all alike, ms.</summary>
    public const double Nearest = 0.2;

    /// <summary>The chance that it is just the fastest answer: that one was no work.</summary>
    public const double PlainShare = 0.5;

    public static double ChanceWithin(int milliseconds, int fastestMilliseconds)
    {
        // Both were rounded.
        double longest = milliseconds + 0.5, most = Math.Max(fastestMilliseconds, 1);
        return longest >= most ? 1 : (1 - PlainShare) * Math.Log(longest / Nearest) / Math.Log(most / Nearest);
    }
}
