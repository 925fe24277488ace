namespace Weir.Diagnosis.Reports;

/// <summary>How much of the same kind a report shows; the counts say how much there was.</summary>
public static class ReportLimits
{
    public const int Targets = 10;

    public const int Examples = 5;

    public const int UnreadablePlaces = 10;

    /// <summary>Points of the timing chart.</summary>
    public const int ScatterPoints = 2_000;

    /// <summary>Bars of the chart of errors over time.</summary>
    public const int TimeBars = 120;
}
