namespace Weir.Model;

/// <summary>Why a configuration is refused, for a person to act on; a value, never thrown.</summary>
public sealed record ConfigurationError
{
    /// <summary>The resource as its author knows it: `TargetGroup 'Api'`.</summary>
    public required string Resource { get; init; }

    /// <summary>Path of the property, as templates name it; empty if the whole resource is meant.</summary>
    public required string Property { get; init; }

    /// <summary>What is the case: `HealthCheckTimeoutSeconds is 40`.</summary>
    public required string Message { get; init; }

    /// <summary>What would be accepted, if that can be said: `2–120`.</summary>
    public string? Allowed { get; init; }

    public SourceLocation? Location { get; init; }

    /// <summary>The ELBv2 API's code for this refusal.</summary>
    public string AwsErrorCode { get; init; } = AwsErrorCodes.ValidationError;

    /// <summary>The refusal in AWS's words, where they are known.</summary>
    public string? AwsMessage { get; init; }

    /// <summary>`app.yaml:23: TargetGroup 'Api': HealthCheckTimeoutSeconds is 40; allowed: 2–120`.</summary>
    public override string ToString() =>
        $"{(Location is { } place ? $"{place}: " : "")}{Resource}: {Message}"
        + (Allowed is null ? "" : $"; allowed: {Allowed}");
}
