namespace Weir.Diagnosis.Tests.Accuracy;

/// <summary>Verdicts that were given with about the same confidence, and how many of them were right.</summary>
internal sealed record CalibrationBin(double From, double To, int Verdicts, int Right, double SumStated)
{
    private const double Deviations = 1.96;

    public double ShareRight => Right / (double)Math.Max(Verdicts, 1);

    public double MeanStated => SumStated / Math.Max(Verdicts, 1);

    /// <summary>Where the true share lies, with 95 % confidence, were the verdicts independent.</summary>
    // Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    public (double Low, double High) Wilson
    {
        get
        {
            double n = Math.Max(Verdicts, 1), square = Deviations * Deviations;
            double center = (ShareRight + (square / (2 * n))) / (1 + (square / n));
            double half = Deviations / (1 + (square / n)) * Math.Sqrt((ShareRight * (1 - ShareRight) / n) + (square / (4 * n * n)));
            return (center - half, center + half);
        }
    }
}
