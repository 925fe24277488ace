namespace Weir.Diagnosis.TargetLogs;

/// <summary>Differences that came more often than chance would have it.</summary>
/// <param name="From">Microseconds.</param>
/// <param name="To">Microseconds.</param>
/// <param name="Excess">How many more.</param>
/// <param name="LogChance">Logarithm of the chance that it is none.</param>
internal readonly record struct DifferencePeak(long From, long To, int Excess, double LogChance)
{
    private const long NearMicroseconds = 5_000_000;

    public long Center => (From + To) / 2;

    public bool IsNear(in DifferencePeak other) => Math.Abs(Center - other.Center) < NearMicroseconds;
}
