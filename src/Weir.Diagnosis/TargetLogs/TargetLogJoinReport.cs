namespace Weir.Diagnosis.TargetLogs;

/// <summary>What the targets' logs say about the errors of a balancer's log.</summary>
public sealed record TargetLogJoinReport
{
    /// <summary>One for each error, in the order in which they were added.</summary>
    public required IReadOnlyList<JoinAnswer> Answers { get; init; }

    public required IReadOnlyList<TargetLogDescription> Files { get; init; }

    /// <summary>The clock of each file's target, in the order of the files; null: it has no times.</summary>
    public required IReadOnlyList<ClockOffset?> Offsets { get; init; }

    /// <summary>Good requests that the logs should have, and those of them that were found.</summary>
    public required int GoodRequests { get; init; }

    public required int GoodRequestsFound { get; init; }

    /// <summary>What a reader should know: each file's form and what it can tell, the offsets, how complete the logs are.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
