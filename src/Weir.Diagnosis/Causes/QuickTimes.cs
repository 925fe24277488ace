namespace Weir.Diagnosis.Causes;

/// <summary>
/// How long a request is out until it meets a close that was under way: an exponential distribution of which only the scale is
/// learned, within what networks and servers can have. A plain value.
/// </summary>
/// <param name="Errors">So many errors are known, the ones supposed beforehand among them.</param>
/// <param name="SumMilliseconds">The sum of their times.</param>
/// <param name="MostMilliseconds">The largest scale.</param>
internal readonly record struct QuickTimes(double Errors, double SumMilliseconds, double MostMilliseconds)
{
    // Times that no scale explains: a lost packet that was sent again, a pause of the target's.
    private const double StrayShare = 0.02;
    private const double StrayMilliseconds = 300;

    private const double PriorErrors = 4;

    // Within one building a round trip is shorter than the log's millisecond.
    private const double LeastMilliseconds = 0.25;

    // The time until an answer that cannot be understood, by class of TimeClasses.
    private static readonly double[] _answer = [0.05, 0.08, 0.12, 0.14, 0.14, 0.13, 0.12, 0.09, 0.06, 0.03, 0.02, 0.01];

    /// <summary>Within a round trip. Source: published logs, 0 to 53 ms, half of them under 18.</summary>
    public static QuickTimes OfRace { get; } = new(PriorErrors, PriorErrors * 12, 80);

    /// <summary>The time that a server takes from its last answer until it closes, or less.</summary>
    public static QuickTimes OfLimit { get; } = new(PriorErrors, PriorErrors * 12, 150);

    public static double OfAnswers(int timeClass) => timeClass < _answer.Length ? _answer[timeClass] : 1e-4;

    // A single one that took long is no quick one, however many of them there may be.
    public QuickTimes With(int milliseconds, double weight) => this with
    {
        Errors = Errors + weight,
        SumMilliseconds = SumMilliseconds + (weight * Math.Min(milliseconds, 4 * MostMilliseconds)),
    };

    /// <summary>How likely this time is, per millisecond.</summary>
    /// <param name="mostMilliseconds">The largest scale that this error can have.</param>
    public double Density(int milliseconds, double mostMilliseconds = double.PositiveInfinity)
    {
        double scale = Math.Clamp(SumMilliseconds / Errors, LeastMilliseconds, Math.Min(MostMilliseconds, mostMilliseconds));
        return ((1 - StrayShare) * Mass(milliseconds, scale)) + (StrayShare * Mass(milliseconds, StrayMilliseconds));
    }

    // The logged time is rounded: half a millisecond to each side belongs to it.
    private static double Mass(int milliseconds, double scale) => milliseconds <= 0
        ? 1 - Math.Exp(-0.5 / scale)
        : Math.Exp(-(milliseconds - 0.5) / scale) * (1 - Math.Exp(-1 / scale));
}
