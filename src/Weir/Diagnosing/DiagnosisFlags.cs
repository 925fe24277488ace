namespace Weir.Diagnosing;

/// <summary>The options of `diagnose` as they were given, unread. Immutable.</summary>
internal sealed record DiagnosisFlags
{
    public string[] Paths { get; init; } = [];

    public string? From { get; init; }

    public string? To { get; init; }

    public string? Zone { get; init; }

    public string? IdleTimeout { get; init; }

    public string? LoadBalancer { get; init; }

    public string? Server { get; init; }

    public string[] TargetLogs { get; init; } = [];

    public string? TargetLogFormat { get; init; }

    public string? TargetLogZone { get; init; }

    public string? EndpointUrl { get; init; }

    public string? Region { get; init; }

    public string? Profile { get; init; }

    public string? Html { get; init; }

    public string? Each { get; init; }

    public bool Redact { get; init; }

    public bool NoRedact { get; init; }
}
