namespace Weir.Diagnosis.Servers;

/// <summary>
/// What is known of one HTTP server as a target: when it closes connections, how, and what sets that. Owned by
/// <see cref="ServerCatalog"/>, immutable. It is never evidence: what a server really does is measured.
/// </summary>
public sealed record ServerProfile
{
    /// <summary>The name that a user types.</summary>
    public required string Name { get; init; }

    public required string DisplayName { get; init; }

    /// <summary>Other names that mean it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What it does as it comes; the most common version first. Never empty.</summary>
    public required IReadOnlyList<IdleDefault> Defaults { get; init; }

    /// <summary>What sets its idle time; null where nothing does.</summary>
    public IdleSetting? Setting { get; init; }

    /// <summary>What sets the idle time of its connections over HTTP/2; null where nothing is known of it.</summary>
    public IdleSetting? Http2Setting { get; init; }

    public Advertising Advertises { get; init; } = Advertising.Never;

    /// <summary>Null: as many requests as come.</summary>
    public RequestLimit? RequestLimit { get; init; }

    /// <summary>What becomes of a connection that never says a word, in words; null where nothing is known.</summary>
    public string? FirstByteTimer { get; init; }

    /// <summary>How it closes, in words; null where nothing is known.</summary>
    public string? Closing { get; init; }

    /// <summary>What goes wrong where its setting is changed almost right, or null.</summary>
    public string? Trap { get; init; }

    /// <summary>The server that it is built on and whose timer it has, where a name for one of them is enough; else null.</summary>
    public string? TimerOf { get; init; }

    /// <summary>Names of the servers that it runs on, for a framework that has none of its own.</summary>
    public IReadOnlyList<string> RunsOn { get; init; } = [];

    /// <summary>It usually stands in front of other servers: the balancer meets it itself.</summary>
    public bool IsProxy { get; init; }

    /// <summary>The worst of its defaults: the version that runs is not known.</summary>
    public IdleVerdict VerdictAt(double idleTimeoutSeconds) =>
        Defaults.Max(entry => entry.VerdictAt(idleTimeoutSeconds));
}
