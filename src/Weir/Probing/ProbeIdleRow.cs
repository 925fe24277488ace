using Weir.Diagnosis.Probing;

namespace Weir.Probing;

/// <summary>The idle connections in the document: together, in groups, and each.</summary>
internal sealed record ProbeIdleRow
{
    public required int Closed { get; init; }

    public required int StillOpen { get; init; }

    public required int Lost { get; init; }

    public required int Talked { get; init; }

    public required int ClosedWithAnswer { get; init; }

    public required int Unanswered { get; init; }

    public required int Restarted { get; init; }

    public required double? ShortestSeconds { get; init; }

    public required double? MedianSeconds { get; init; }

    public required double? LongestSeconds { get; init; }

    public required double? WatchedSeconds { get; init; }

    public required string End { get; init; }

    public required string LateBytes { get; init; }

    public required bool? CloseNotify { get; init; }

    public required int GoAways { get; init; }

    public required string? GoAwayCode { get; init; }

    public required string Farewell { get; init; }

    public required ProbeGroupRow[] Groups { get; init; }

    public required ProbeConnectionRow[] Connections { get; init; }

    public static ProbeIdleRow Of(IdleSummary idle, IReadOnlyList<IdleReading> readings) => new()
    {
        Closed = idle.Closed,
        StillOpen = idle.StillOpen,
        Lost = idle.Lost,
        Talked = idle.Talked,
        ClosedWithAnswer = idle.ClosedWithAnswer,
        Unanswered = idle.Unanswered,
        Restarted = idle.Restarted,
        ShortestSeconds = idle.Closed > 0 ? idle.Ages[0].TotalSeconds : null,
        MedianSeconds = idle.Closed > 0 ? idle.Median.TotalSeconds : null,
        LongestSeconds = idle.Closed > 0 ? idle.Ages[^1].TotalSeconds : null,
        WatchedSeconds = idle.StillOpen + idle.Lost + idle.Talked > 0 ? idle.Watched.TotalSeconds : null,
        End = ProbeDocument.Name(idle.End),
        LateBytes = ProbeDocument.Name(idle.LateBytes),
        CloseNotify = idle.ClosesTls,
        GoAways = idle.GoAways,
        GoAwayCode = idle.GoAwayCode,
        Farewell = idle.Farewell,
        Groups = [.. idle.Groups.Select(static group => new ProbeGroupRow(
            group.Shortest.TotalSeconds, group.Longest.TotalSeconds, group.Connections))],
        Connections = [.. readings.Select(ProbeConnectionRow.Of)],
    };
}
