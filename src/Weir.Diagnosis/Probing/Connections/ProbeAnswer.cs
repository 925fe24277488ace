namespace Weir.Diagnosis.Probing;

/// <summary>One answer of a target, and what it tells of its connections. Immutable.</summary>
public sealed record ProbeAnswer
{
    public required int StatusCode { get; init; }

    /// <summary>When its last byte had come, as the probe's clock counts.</summary>
    public required long CompletedTimestamp { get; init; }

    /// <summary>From the request's first byte to the answer's last.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Whether the connection may carry another request, by what the answer says.</summary>
    public required bool MayBeReused { get; init; }

    /// <summary>From <c>Keep-Alive: timeout=N</c>; null if it says none.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>From <c>Keep-Alive: max=N</c>; null if it says none.</summary>
    public int? MaxRequests { get; init; }

    /// <summary>Whether it says <c>Connection: keep-alive</c>, which HTTP/1.1 does not need.</summary>
    public bool SaysKeepAlive { get; init; }

    /// <summary>The Server field as it came; null if there is none.</summary>
    public string? Server { get; init; }

    /// <summary>Whether its first line has words behind the status code; few servers leave them out.</summary>
    public bool HasReason { get; init; } = true;

    /// <summary>The names of its fields as they came: their order and letters are the server's own.</summary>
    public IReadOnlyList<string> FieldNames { get; init; } = [];

    /// <summary>The names of the cookies that it sets.</summary>
    public IReadOnlyList<string> Cookies { get; init; } = [];

    /// <summary>Bytes of its body.</summary>
    public long BodyBytes { get; init; }
}
