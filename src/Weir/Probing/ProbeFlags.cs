namespace Weir.Probing;

/// <summary>The options of `probe` as they were given, unread. Immutable.</summary>
internal sealed record ProbeFlags
{
    public required string Url { get; init; }

    public bool Http2 { get; init; }

    public string? IdleTimeout { get; init; }

    public IReadOnlyList<string> Headers { get; init; } = [];

    public string? Host { get; init; }

    public string? ConnectTo { get; init; }

    public string? Connections { get; init; }

    public string? Repeat { get; init; }

    public string? MaxRequests { get; init; }

    public string? Silent { get; init; }

    public string? Server { get; init; }
}
