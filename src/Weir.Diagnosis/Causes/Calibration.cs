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

    /// <summary>The same where a closing time would have shown, were there one.</summary>
    public const double MostWithMissingTime = 0.6;

    /// <summary>Whatever a cut request is called where the log holds errors alone: its shape is all there is.</summary>
    public const double MostWithoutTraffic = 0.6;

    /// <summary>Of cut requests: neighbours, times and URLs say in part the same, and the model takes them for independent.</summary>
    public const double OddsOfCuts = 0.8;

    /// <summary>Of requests without a connection: their model is wary of times already, and all of a target's count as a few.</summary>
    // Each log of the tuning seeds counting as one, powers from 3.0 to 3.9 fit best; so few logs are wrong that less is said.
    public const double OddsWithoutConnection = 2.5;

    /// <summary>Takes odds to a power, of chances that add up to 1.</summary>
    public static void Apply(Span<double> chances, double power)
    {
        double sum = 0;
        for (int i = 0; i < chances.Length; i++)
        {
            chances[i] = Math.Pow(chances[i], power);
            sum += chances[i];
        }

        for (int i = 0; i < chances.Length; i++)
        {
            chances[i] = Math.Min(chances[i] / sum, Most);
        }
    }
}
