using Weir.Diagnosis.Reports;
using Weir.Diagnosis.TargetLogs;

namespace Weir.Diagnosis;

/// <summary>What a user tells a diagnosis beside the log.</summary>
public sealed record DiagnosisOptions
{
    /// <summary>ALB's default. Source: ALB user guide, load balancer attributes.</summary>
    public static readonly IdleTimeout DefaultIdleTimeout = new(60, IdleTimeout.OfDefault);

    public IdleTimeout IdleTimeout { get; init; } = DefaultIdleTimeout;

    /// <summary>The server that the targets run, by a name of the catalogue, or null.</summary>
    public string? Server { get; init; }

    /// <summary>
    /// What the targets' own log has of an error, by the time of its line (microseconds since 1970) and its trace id; null
    /// where no such log was given, and the answer is null of errors that were not looked up.
    /// </summary>
    public Func<long, string?, JoinAnswer?>? TargetLog { get; init; }
}
