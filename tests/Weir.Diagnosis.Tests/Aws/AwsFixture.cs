using Weir.Diagnosis.Aws;
using Weir.Diagnosis.Tests.Sources;

namespace Weir.Diagnosis.Tests.Aws;

/// <summary>Configuration files for the tests that ask a fake AWS, in place of the developer's own, and no instance to ask.</summary>
public sealed class AwsFixture : IDisposable
{
    private static readonly string[] _variables =
    [
        "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_WEB_IDENTITY_TOKEN_FILE",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string?> _before = _variables.ToDictionary(static name => name, Environment.GetEnvironmentVariable);

    public AwsFixture()
    {
        foreach (string name in _variables) Environment.SetEnvironmentVariable(name, null);
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
        Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", _folder.Write("credentials", ""));
        Environment.SetEnvironmentVariable("AWS_CONFIG_FILE", _folder.Write("config", $"""
            [profile keys]
            aws_access_key_id = AKIAKEYS
            aws_secret_access_key = {SecretKey}
            region = eu-west-1
            [profile nowhere]
            aws_access_key_id = AKIANOWHERE
            aws_secret_access_key = {SecretKey}
            [profile signed-out]
            sso_session = company
            sso_account_id = 123456789012
            sso_role_name = ReadOnly
            region = eu-west-1
            [sso-session company]
            sso_region = eu-west-1
            sso_start_url = https://company.example/start
            [profile broken-process]
            credential_process = {_folder.PathOf("no-such-program")}
            region = eu-west-1
            """));
    }

    internal static string SecretKey => "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    internal static AwsOptions With(string? endpoint, string profile = "keys") => new() { Profile = profile, EndpointUrl = endpoint };

    public void Dispose()
    {
        foreach ((string name, string? value) in _before) Environment.SetEnvironmentVariable(name, value);
        _folder.Dispose();
    }
}
