namespace Weir.Diagnosis.Logs;

/// <summary>What of a log is wanted.</summary>
public sealed record LogReadingOptions
{
    /// <summary>Requests that were answered before this are left out.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Requests that were answered at or after this are left out.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether some of the good requests come with their details, to be joined with the targets' own logs.</summary>
    public bool SampleGoodRequests { get; init; }

    /// <summary>Threads that parse; as many at most read and decompress, each an object of its own.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;
}
