using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Weir.Tests.Aws;

namespace Weir.EndToEnd.Tests;

/// <summary>Logs in S3, reached with every kind of profile: what trimming can break, so the native file is what matters here.</summary>
public sealed class AwsLogsTests
{
    private const string Folder = "AWSLogs/123456789012/elasticloadbalancing/eu-west-1/2026/11/24/";
    private const string Stem = "123456789012_elasticloadbalancing_eu-west-1_app.shop.0123456789abcdef_20261124T0005Z_10.0.0";
    private const string Line =
        "http 2026-11-24T00:01:02.345678Z app/shop/0123456789abcdef 203.0.113.7:40000 10.1.0.5:80 0.000 0.001 0.000 200 200 100 200 " +
        "\"GET http://shop.example:80/ HTTP/1.1\" \"curl/8\" - - arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef " +
        "\"Root=1-67442a5e-0123456789abcdef01234567\" \"-\" \"-\" 0 2026-11-24T00:01:02.344000Z \"forward\" \"-\" \"-\" \"10.1.0.5:80\" \"200\" \"-\" \"-\"\n";

    private static FakeAws Store()
    {
        var aws = new FakeAws { LoadBalancerAttributes = { ["idle_timeout.timeout_seconds"] = "120" } };
        foreach (int node in (int[])[1, 2])
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(Line));
            aws.Objects[$"{Folder}{Stem}.{node}_abcdefgh.log.gz"] = packed.ToArray();
        }

        return aws;
    }

    private static Task<ProgramRun> Diagnose(AwsHome home, FakeAws aws, string[] environment, params string[] arguments) => ProgramRun.Of(
        "env",
        [
            "-i", $"PATH={Environment.GetEnvironmentVariable("PATH")}", $"HOME={home.Path}", "AWS_EC2_METADATA_DISABLED=true",
            $"AWS_ENDPOINT_URL_STS={aws.Url}", $"AWS_ENDPOINT_URL_SSO={aws.Url}", $"AWS_ENDPOINT_URL_SSO_OIDC={aws.Url}",
            // The other build needs its runtime.
            $"DOTNET_ROOT={Environment.GetEnvironmentVariable("DOTNET_ROOT")}", .. environment,
            .. WeirBinary.Command, "diagnose", .. arguments, "--format", "json",
        ]);

    private static void AssertRead(ProgramRun run, FakeAws aws, string accessKey)
    {
        Assert.True(run.ExitCode == 0, run.Errors);
        using JsonDocument report = JsonDocument.Parse(run.Output);
        Assert.Equal(2, report.RootElement.GetProperty("counts").GetProperty("requests").GetInt64());
        LocalRequest[] fetches = [.. aws.Requests.Where(static request => request.Path.EndsWith(".log.gz", StringComparison.Ordinal))];
        Assert.Equal(2, fetches.Length);
        Assert.All(fetches, request => Assert.Equal(accessKey, request.AccessKey));
    }

    // What may be missing after trimming is missing in the native file only.
    [NativeOnly]
    [Theory]
    [InlineData("keys", "AKIAKEYS")]
    [InlineData("role", FakeAws.RoleKey)]
    [InlineData("sign-in", FakeAws.SignInKey)]
    [InlineData("role-of-sign-in", FakeAws.RoleKey)]
    [InlineData("process", "ASIAPROCESS")]
    public async Task Diagnose_WithAProfile_ReadsTheBucketAsWhomItNames(string profile, string accessKey)
    {
        using var home = new AwsHome();
        await using FakeAws byFlag = Store(), byEnvironment = Store();

        AssertRead(await Diagnose(home, byFlag, ["AWS_ACCESS_KEY_ID=AKIAOTHER", "AWS_SECRET_ACCESS_KEY=s"], "s3://logs/", "--profile", profile, "--endpoint-url", byFlag.Url), byFlag, accessKey);
        AssertRead(await Diagnose(home, byEnvironment, [$"AWS_PROFILE={profile}", $"AWS_ENDPOINT_URL={byEnvironment.Url}"], "s3://logs/"), byEnvironment, accessKey);
    }

    [Fact]
    public async Task Diagnose_WithAWebIdentity_ReadsTheBucketAsItsRole()
    {
        using var home = new AwsHome();
        await using FakeAws aws = Store();
        string[] environment = [$"AWS_WEB_IDENTITY_TOKEN_FILE={home.WebIdentityToken}", "AWS_ROLE_ARN=arn:aws:iam::123456789012:role/logs", "AWS_REGION=eu-west-1"];
        AssertRead(await Diagnose(home, aws, environment, "s3://logs/", "--endpoint-url", aws.Url), aws, FakeAws.WebIdentityKey);
    }

    [Fact]
    public async Task Diagnose_WithALoadBalancer_AsksForItsAttributes()
    {
        using var home = new AwsHome();
        await using FakeAws aws = Store();
        ProgramRun run = await Diagnose(home, aws, [], "s3://logs/", "--load-balancer", "shop", "--profile", "keys", "--endpoint-url", aws.Url);

        AssertRead(run, aws, "AKIAKEYS");
        JsonElement idleTimeout = JsonDocument.Parse(run.Output).RootElement.GetProperty("idle_timeout");
        Assert.Equal((120, "load balancer"), (idleTimeout.GetProperty("seconds").GetInt32(), idleTimeout.GetProperty("source").GetString()));
        Assert.Equal(
            ["DescribeLoadBalancers", "DescribeLoadBalancerAttributes"],
            aws.Requests.Select(static request => request.Form("Action")).Where(static action => action is not null));
    }

    [Fact]
    public async Task Diagnose_WithALoadBalancerThatNoFileIsOf_SaysSo()
    {
        using var home = new AwsHome();
        await using FakeAws aws = Store();
        aws.Objects.Clear();
        aws.Objects[$"{Folder}{Stem.Replace("app.shop", "app.other", StringComparison.Ordinal)}.1_abcdefgh.log.gz"] = [];
        ProgramRun run = await Diagnose(home, aws, [], "s3://logs/", "--load-balancer", "shop", "--profile", "keys", "--endpoint-url", aws.Url);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("1 file found, and none of app/shop/", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnose_WithoutCredentials_SaysSoInOneSentence()
    {
        using var home = new AwsHome();
        await using FakeAws aws = Store();
        ProgramRun run = await Diagnose(home, aws, [], "s3://logs/", "--endpoint-url", aws.Url);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no AWS credentials: ", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }
}
