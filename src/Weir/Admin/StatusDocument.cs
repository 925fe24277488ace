namespace Weir.Admin;

/// <summary>`/status`: a running node at one moment. Its form is public: fields are added, never renamed.</summary>
internal sealed record StatusDocument
{
    public required string Version { get; init; }

    public required int ProcessId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required long UptimeSeconds { get; init; }

    public required int Loops { get; init; }

    /// <summary>Client connections that may be open at once; 0: no limit, as in a node that does not tell.</summary>
    public int MaxClientConnections { get; init; }

    public required bool Draining { get; init; }

    public required StatusListener[] Listeners { get; init; }

    public required StatusTargetGroup[] TargetGroups { get; init; }

    /// <summary>The sums over all loops, by their names in `/metrics`.</summary>
    public required Dictionary<string, long> Counters { get; init; }

    /// <summary>The failures that happened, most frequent first.</summary>
    public required StatusFailure[] Failures { get; init; }

    public required StatusAccessLog AccessLog { get; init; }

    /// <summary>Null when there is none, or the node is of a version that does not know it.</summary>
    public StatusAccessLog? ConnectionLog { get; init; }

    /// <summary>Null when there is none, or the node is of a version that does not know it.</summary>
    public StatusAccessLog? ExplainLog { get; init; }
}
