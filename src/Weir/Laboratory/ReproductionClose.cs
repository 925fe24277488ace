using Weir.Diagnosis;

namespace Weir.Laboratory;

/// <summary>The measured close in the document of `reproduce --json`.</summary>
internal sealed record ReproductionClose(
    IReadOnlyDictionary<string, int[]> StatusesByMethod,
    int? SaidSeconds,
    bool SaysOnlyWhenAsked,
    double[] AgesSeconds,
    int StillOpen,
    int Fins,
    int Resets,
    bool? ResetsLateBytes,
    int GoAways,
    string? GoAwayCode)
{
    public static ReproductionClose Of(IdleClose close) => new(
        close.StatusesByMethod,
        close.SaidSeconds,
        close.SaysOnlyWhenAsked,
        [.. close.Ages.Select(static age => age.TotalSeconds)],
        close.StillOpen,
        close.Fins,
        close.Resets,
        close.ResetsLateBytes,
        close.GoAways,
        close.GoAwayCode);
}
