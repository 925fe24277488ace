namespace Weir.Diagnosis;

/// <summary>
/// How high the true rate of failures can still be, given how many were seen. Pure; the one place that says so, and
/// nothing in this program may call a fault gone without it.
/// </summary>
// Source: C. J. Clopper, E. S. Pearson, The use of confidence or fiducial limits illustrated in the case of the
// binomial, Biometrika 26 (1934).
public static class RateBound
{
    /// <summary>What is left to error: bounds hold with 95 % confidence.</summary>
    public const double Confidence = 0.95;

    // Halvings of the interval 0…1: finer than a double's own resolution.
    private const int Halvings = 64;

    /// <summary>
    /// The one-sided upper bound: the highest rate at which seeing no more than <paramref name="failures"/> in
    /// <paramref name="trials"/> would still happen in one of twenty repetitions. Without trials nothing is known: 1.
    /// </summary>
    /// <remarks>Without failures it is 1 − 0.05^(1/n), nearly the 3/n of the rule of three.</remarks>
    public static double Upper(int failures, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(failures);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(failures, trials);
        if (failures == trials)
        {
            return 1;
        }

        if (failures == 0)
        {
            return 1 - Math.Pow(1 - Confidence, 1.0 / trials);
        }

        double low = 0;
        double high = 1;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            if (ProbabilityOfAtMost(failures, trials, middle) > 1 - Confidence)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return high;
    }

    /// <summary>
    /// The one-sided lower bound: the lowest rate at which seeing at least <paramref name="failures"/> in
    /// <paramref name="trials"/> would still happen in one of twenty repetitions. Without failures: 0.
    /// </summary>
    public static double Lower(int failures, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(failures);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(failures, trials);
        if (failures == 0)
        {
            return 0;
        }

        double low = 0;
        double high = 1;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            if (1 - ProbabilityOfAtMost(failures - 1, trials, middle) > 1 - Confidence)
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        return low;
    }

    // The binomial distribution's lower tail, summed in logarithms: its terms underflow for many trials.
    private static double ProbabilityOfAtMost(int failures, int trials, double rate)
    {
        double logTerm = trials * Math.Log(1 - rate);
        double sum = Math.Exp(logTerm);
        double logOdds = Math.Log(rate) - Math.Log(1 - rate);
        for (int i = 1; i <= failures; i++)
        {
            logTerm += Math.Log(trials - i + 1) - Math.Log(i) + logOdds;
            sum += Math.Exp(logTerm);
        }

        return sum;
    }
}
