namespace Weir.Laboratory;

/// <summary>The options of `reproduce` as they were given, unread. Immutable.</summary>
internal sealed record ReproductionFlags
{
    public string? Server { get; init; }

    public string? Command { get; init; }

    public string? Port { get; init; }

    public string? Target { get; init; }

    public string? ProtocolVersion { get; init; }

    public string? Scenario { get; init; }

    public string? Method { get; init; }

    public string? Path { get; init; }

    public string? Latency { get; init; }

    public string? Connections { get; init; }

    public string? IdleTimeout { get; init; }

    public bool Https { get; init; }

    public bool NoHints { get; init; }

    public bool Quick { get; init; }
}
