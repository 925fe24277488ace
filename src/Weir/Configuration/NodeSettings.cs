namespace Weir.Configuration;

/// <summary>Everything that `run` was told, read and checked.</summary>
internal sealed record NodeSettings
{
    public required IConfigurationSource Source { get; init; }

    /// <summary>Null: no access log.</summary>
    public string? AccessLog { get; init; }

    /// <summary>Null: no connection log.</summary>
    public string? ConnectionLog { get; init; }

    /// <summary>A file or `-`. Null: no explain log.</summary>
    public string? Explain { get; init; }

    /// <summary>Null: as many as there are cores for this process.</summary>
    public int? Loops { get; init; }

    /// <summary>Client connections open at once; null: as many as the descriptors are enough for.</summary>
    public int? MaxConnections { get; init; }

    public required TimeSpan DrainLimit { get; init; }

    /// <summary>Null: no admin endpoint.</summary>
    public AdminAddress? Admin { get; init; }

    public string? StateDirectory { get; init; }

    /// <summary>No target was given: the node brings one along.</summary>
    public bool NeedsSampleTarget { get; init; }
}
