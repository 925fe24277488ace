namespace Weir.Diagnosis.Aws;

/// <summary>What the user says of how AWS is reached; null leaves it to the environment and the profile.</summary>
public sealed record AwsOptions
{
    /// <summary>The profile of the shared configuration files; else <c>AWS_PROFILE</c>, else <c>default</c>.</summary>
    public string? Profile { get; init; }

    /// <summary>Else <c>AWS_REGION</c>, <c>AWS_DEFAULT_REGION</c>, the profile's.</summary>
    public string? Region { get; init; }

    /// <summary>Where the services are, if not at AWS; else <c>AWS_ENDPOINT_URL_S3</c> and its like, <c>AWS_ENDPOINT_URL</c>, the profile's.</summary>
    public string? EndpointUrl { get; init; }
}
