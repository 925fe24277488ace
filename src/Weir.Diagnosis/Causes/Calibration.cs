namespace Weir.Diagnosis.Causes;

/// <summary>
/// Makes the models' chances keep their word: what is said to be right nine times in ten is. Pure; fitted to the tuning
/// seeds alone, and held to account on the test seeds (docs/diagnosis.md).
/// </summary>
internal static class Calibration
{
    /// <summary>Nothing that is told from a log alone is surer.</summary>
    public const double Most = 0.995;

    /// <summary>A race whose closing time could not be found is a hypothesis, however well its line looks.</summary>
    public const double MostWithoutTime = 0.88;

    // The models take for independent what is not: neighbours, times and URLs say in part the same. Their odds are flattened.
    private const double Flattening = 0.8;

    /// <summary>Flattens chances that add up to 1.</summary>
    public static void Apply(Span<double> chances)
    {
        double sum = 0;
        for (int i = 0; i < chances.Length; i++)
        {
            chances[i] = Math.Pow(chances[i], Flattening);
            sum += chances[i];
        }

        for (int i = 0; i < chances.Length; i++)
        {
            chances[i] = Math.Min(chances[i] / sum, Most);
        }
    }
}
