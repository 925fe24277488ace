using System.Diagnostics.CodeAnalysis;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Amazon.S3;
using Amazon.SecurityToken;
using Amazon.SSO;
using Amazon.SSOOIDC;
using Weir.Diagnosis.Sources;

namespace Weir.Diagnosis.Aws;

/// <summary>Credentials, region and endpoint for one service, found as every AWS tool finds them. Never shows or stores a secret.</summary>
internal sealed record AwsAccess(AWSCredentials Credentials, RegionEndpoint Region, Uri? Endpoint)
{
    // For S3 without a region: it answers with the bucket's region, and the SDK goes there.
    private const string AnyRegion = "us-east-1";

    /// <summary>
    /// Finds them: environment, web identity, profile (keys, role, sso-session, credential_process), container, instance. Throws
    /// <see cref="SourceException"/> alone.
    /// </summary>
    // The SDK looks for the clients of role and SSO profiles by their names in assemblies. Registering them with its own
    // registry does not do for roles: the factory is not told the source profile's credentials.
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(AmazonSecurityTokenServiceClient))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(AmazonSecurityTokenServiceConfig))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(AmazonSSOClient))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(AmazonSSOConfig))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(AmazonSSOOIDCClient))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicConstructors, typeof(AmazonSSOOIDCConfig))]
    public static async Task<AwsAccess> ResolveAsync(AwsOptions options, AwsService service, CancellationToken cancellation)
    {
        CredentialProfile? profile = FindProfile(options.Profile ?? Environment.GetEnvironmentVariable("AWS_PROFILE"));
        Uri? endpoint = FindEndpoint(options, service, profile);
        RegionEndpoint region = FindRegion(options, profile, service, endpoint);
        // Where the SDK has a role assumed; by itself it would know the default profile's region only.
        AWSConfigs.AWSRegion ??= region.SystemName;
        try
        {
            // A profile that was asked for wins over keys in the environment. Named in a client's configuration instead, one
            // that signs in would be refused.
            AWSCredentials credentials = options.Profile is not null
                ? profile!.GetAWSCredentials(new CredentialProfileStoreChain())
                : await new DefaultAWSCredentialsIdentityResolver().ResolveIdentityAsync(new AmazonS3Config { RegionEndpoint = region }, cancellation);
            // Roles, SSO and processes are asked only now.
            await credentials.GetCredentialsAsync();
            return new AwsAccess(credentials, region, endpoint);
        }
        catch (Exception exception) when (AwsProblem.ExplainCredentials(exception, profile?.Name ?? "default") is { } problem)
        {
            throw problem;
        }
    }

    public AmazonS3Client MakeS3Client()
    {
        var config = new AmazonS3Config
        {
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        };
        if (Endpoint is null)
        {
            config.RegionEndpoint = Region;
        }
        else
        {
            config.ServiceURL = Endpoint.ToString();
            config.AuthenticationRegion = Region.SystemName;
            // Buckets are not names of such a server's domain.
            config.ForcePathStyle = true;
        }

        return new AmazonS3Client(Credentials, config);
    }

    private static CredentialProfile? FindProfile(string? name)
    {
        if (new CredentialProfileStoreChain().TryGetProfile(name ?? "default", out CredentialProfile? profile)) return profile;
        return name is null ? null : throw new SourceException($"there is no AWS profile {name} in ~/.aws/config or ~/.aws/credentials");
    }

    private static Uri? FindEndpoint(AwsOptions options, AwsService service, CredentialProfile? profile)
    {
        bool ignores = string.Equals(Environment.GetEnvironmentVariable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true", StringComparison.OrdinalIgnoreCase);
        string? configured = ignores
            ? null
            : Environment.GetEnvironmentVariable(service == AwsService.S3 ? "AWS_ENDPOINT_URL_S3" : "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2")
                ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL") ?? profile?.EndpointUrl;
        if ((options.EndpointUrl ?? configured) is not { Length: > 0 } url) return null;
        return Uri.TryCreate(url, UriKind.Absolute, out Uri? endpoint) && endpoint.Scheme is "http" or "https"
            ? endpoint
            : throw new SourceException($"{url} is no endpoint: write it as https://host:port");
    }

    private static RegionEndpoint FindRegion(AwsOptions options, CredentialProfile? profile, AwsService service, Uri? endpoint)
    {
        string? name = options.Region ?? Environment.GetEnvironmentVariable("AWS_REGION") ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION")
            ?? profile?.Region?.SystemName;
        if (name is { Length: > 0 }) return RegionEndpoint.GetBySystemName(name);
        if (service == AwsService.S3 || endpoint is not null) return RegionEndpoint.GetBySystemName(AnyRegion);
        // Asks the instance's metadata, which takes a while where there is none.
        return FallbackRegionFactory.GetRegionEndpoint()
            ?? throw new SourceException("no AWS region: give --region or the load balancer's ARN, set AWS_REGION, or name a region in the profile");
    }
}
