using System.Security.Cryptography;
using System.Text;

namespace Weir.EndToEnd.Tests;

/// <summary>A home directory with AWS profiles of every kind, of a user who is signed in. Gone with its test.</summary>
internal sealed class AwsHome : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("weir-aws-home-");

    public AwsHome()
    {
        string program = Write("credentials.sh", """
            #!/bin/sh
            echo '{"Version":1,"AccessKeyId":"ASIAPROCESS","SecretAccessKey":"s","SessionToken":"t","Expiration":"2099-01-01T00:00:00Z"}'
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        WebIdentityToken = Write("token", "header.claims.signature");
        Write(".aws/config", $"""
            [profile keys]
            aws_access_key_id = AKIAKEYS
            aws_secret_access_key = s
            region = eu-west-1
            [profile role]
            role_arn = arn:aws:iam::123456789012:role/logs
            source_profile = keys
            region = eu-west-1
            [profile sign-in]
            sso_session = company
            sso_account_id = 123456789012
            sso_role_name = ReadOnly
            region = eu-west-1
            [profile role-of-sign-in]
            role_arn = arn:aws:iam::123456789012:role/logs
            source_profile = sign-in
            region = eu-west-1
            [profile process]
            credential_process = {program}
            region = eu-west-1
            [sso-session company]
            sso_region = eu-west-1
            sso_start_url = https://company.example/start
            sso_registration_scopes = sso:account:access
            """);
        // Where `aws sso login` leaves its token. Source: AWS SDKs and tools reference guide, IAM Identity Center authentication
#pragma warning disable CA5350 // It names a file and protects nothing.
        string session = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes("company")));
#pragma warning restore CA5350
        Write($".aws/sso/cache/{session}.json", """
            {"startUrl":"https://company.example/start","region":"eu-west-1","accessToken":"access","expiresAt":"2099-01-01T00:00:00Z"}
            """);
    }

    public string Path => _home.FullName;

    public string WebIdentityToken { get; }

    public void Dispose() => _home.Delete(recursive: true);

    private string Write(string name, string text)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
        return path;
    }
}
