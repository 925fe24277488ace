namespace Weir.Diagnosis.Causes;

/// <summary>What one kind of request takes, as a normal distribution of the logarithm. A plain value.</summary>
/// <param name="Mean">Of ln(ms).</param>
/// <param name="Variance">The same.</param>
internal readonly record struct KindTimes(double Mean, double Variance)
{
    // So many are supposed to be as any request, before one is seen. Times lie anywhere in a class, which is a doubling.
    private const double PriorAnswers = 3, LeastVariance = 0.1, MostVariance = 4;
    private static readonly double _doubling = Math.Log(2);

    public static KindTimes Of(in KeyTally tally, GroupTraffic traffic)
    {
        (double usual, double usualVariance) = traffic.Classes;
        double answers = tally.Timed + PriorAnswers;
        double mean = (tally.ClassSum + (PriorAnswers * usual)) / answers;
        double squares = (tally.ClassSquareSum + (PriorAnswers * (usualVariance + (usual * usual)))) / answers;
        return new KindTimes((mean - 0.5) * _doubling, Math.Clamp((squares - (mean * mean)) * _doubling * _doubling, LeastVariance, MostVariance));
    }

    public double MeanMilliseconds => Math.Exp(Mean + (Variance / 2));

    /// <summary>The share of them that take longer.</summary>
    public double LongerShare(int milliseconds) => Above((Mean - Math.Log(milliseconds + 0.5)) / Math.Sqrt(Variance));

    /// <summary>The mean of 1/time over those that take longer, 0 for the others: how densely their parts lie there.</summary>
    public double InverseMean(int milliseconds) => Math.Min(
        Math.Exp((Variance / 2) - Mean) * Above((Mean - Variance - Math.Log(milliseconds + 0.5)) / Math.Sqrt(Variance)),
        LongerShare(milliseconds) / (milliseconds + 0.5));

    // The normal distribution's function, by a logistic one.
    private static double Above(double deviations) => 1 / (1 + Math.Exp(-1.702 * deviations));
}
