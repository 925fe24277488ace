using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis;

/// <summary>What a user tells a diagnosis beside the log.</summary>
public sealed record DiagnosisOptions
{
    /// <summary>ALB's default. Source: ALB user guide, load balancer attributes.</summary>
    public static readonly IdleTimeout DefaultIdleTimeout = new(60, "default");

    public IdleTimeout IdleTimeout { get; init; } = DefaultIdleTimeout;

    /// <summary>The server that the targets run, by a name of the catalogue, or null.</summary>
    public string? Server { get; init; }

    /// <summary>What the targets' own log has of an error, in words, by its trace id; null where no such log was given.</summary>
    public Func<string?, string?>? TargetLog { get; init; }
}
