namespace Weir.Configuration;

/// <summary>The options of `run` and `check` as they were typed: nothing read, nothing checked.</summary>
internal sealed record ConfigurationFlags
{
    public string[] Listen { get; init; } = [];

    public string[] Certificate { get; init; } = [];

    public string[] PrivateKey { get; init; } = [];

    public string? SecurityPolicy { get; init; }

    public string? MutualTls { get; init; }

    public string[] ClientCa { get; init; } = [];

    public string[] ClientCrl { get; init; } = [];

    public bool IgnoreClientExpiry { get; init; }

    public bool AdvertiseClientCa { get; init; }

    public string[] Target { get; init; } = [];

    public string? ProtocolVersion { get; init; }

    public string[] Attribute { get; init; } = [];

    public string? IdleTimeout { get; init; }

    public string? HealthCheckPath { get; init; }

    public string? HealthCheckCodes { get; init; }

    public string? Sticky { get; init; }

    public string? Name { get; init; }

    public string? AccessLog { get; init; }

    public string? ConnectionLog { get; init; }

    public string? Explain { get; init; }

    public string? Loops { get; init; }

    public string? MaxConnections { get; init; }

    public string? DrainTimeout { get; init; }

    public string? Admin { get; init; }

    public string? StateDirectory { get; init; }

    public string? Template { get; init; }

    public string[] Parameter { get; init; } = [];

    public string[] Map { get; init; } = [];

    public string[] Address { get; init; } = [];
}
