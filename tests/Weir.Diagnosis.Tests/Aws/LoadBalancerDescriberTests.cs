using Amazon;
using Weir.Diagnosis.Aws;
using Weir.Diagnosis.Sources;
using Weir.Tests.Aws;

namespace Weir.Diagnosis.Tests.Aws;

[Collection(AwsCollection.Name)]
public sealed class LoadBalancerDescriberTests
{
    private const string Arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/0123456789abcdef";

    private static Task<LoadBalancerFacts> Describe(string nameOrArn, AwsOptions options) =>
        LoadBalancerDescriber.DescribeAsync(nameOrArn, options, new HastyTime(), TestContext.Current.CancellationToken);

    private static async Task<string> ProblemOf(string nameOrArn, AwsOptions options) =>
        (await Assert.ThrowsAsync<SourceException>(() => Describe(nameOrArn, options))).Message;

    [Theory]
    [InlineData("shop")]
    [InlineData(Arn)]
    public async Task LoadBalancer_ByNameOrArn_GivesItsAttributes(string nameOrArn)
    {
        await using var aws = new FakeAws
        {
            LoadBalancerAttributes =
            {
                ["idle_timeout.timeout_seconds"] = "120", ["client_keep_alive.seconds"] = "600", ["access_logs.s3.enabled"] = "true",
                ["access_logs.s3.bucket"] = "my-logs", ["access_logs.s3.prefix"] = "alb",
            },
        };
        LoadBalancerFacts facts = await Describe(nameOrArn, AwsFixture.With(aws.Url));

        Assert.Equal((Arn, "shop", "app/shop/0123456789abcdef"), (facts.Arn, facts.Name, facts.Id));
        Assert.Equal("shop-1.eu-west-1.elb.amazonaws.com", facts.DnsName);
        Assert.Equal((TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(600)), (facts.IdleTimeout, facts.ClientKeepAlive));
        Assert.Equal(new LogDelivery(true, "my-logs", "alb"), facts.AccessLogs);
        Assert.Equal("s3://my-logs/alb/AWSLogs/123456789012/elasticloadbalancing/eu-west-1/", facts.AccessLogUri);
        Assert.All(aws.Requests, static request => Assert.True(SignatureCheck.IsGood(request, AwsFixture.SecretKey)));
    }

    [Fact]
    public async Task LoadBalancer_WithoutAttributes_HasTheDefaults()
    {
        await using var aws = new FakeAws();
        LoadBalancerFacts facts = await Describe("shop", AwsFixture.With(aws.Url));

        Assert.Equal((TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(3600)), (facts.IdleTimeout, facts.ClientKeepAlive));
        Assert.Equal(new LogDelivery(false, "", ""), facts.AccessLogs);
        Assert.Null(facts.AccessLogUri);
    }

    [Fact]
    public async Task LoadBalancer_Unknown_IsSaidSoWithItsRegion()
    {
        await using var aws = new FakeAws();
        Assert.Equal("cannot describe the load balancer other in eu-west-1: AWS knows none of that name there", await ProblemOf("other", AwsFixture.With(aws.Url)));
    }

    [Fact]
    public async Task LoadBalancer_OfAnotherType_IsRefused()
    {
        await using var aws = new FakeAws { LoadBalancerType = "network" };
        Assert.Contains("it is a network load balancer", await ProblemOf("shop", AwsFixture.With(aws.Url)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccessDenied", 403, "the credentials need elasticloadbalancing:DescribeLoadBalancers")]
    [InlineData("ExpiredToken", 403, "the AWS credentials have expired")]
    [InlineData("InvalidClientTokenId", 403, "AWS does not accept the credentials")]
    [InlineData("SignatureDoesNotMatch", 403, "AWS does not accept the credentials")]
    [InlineData("ValidationError", 400, "AWS answered 400 ValidationError: why")]
    public async Task Request_Refused_SaysWhyInOneSentence(string code, int status, string reason)
    {
        await using var aws = new FakeAws { Answer = _ => FakeAws.QueryError(code, "why", status) };
        string problem = await ProblemOf("shop", AwsFixture.With(aws.Url));

        Assert.StartsWith("cannot describe the load balancer shop in eu-west-1: ", problem, StringComparison.Ordinal);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Single(aws.Requests);
    }

    [Fact]
    public async Task Request_Throttled_IsMadeAgain()
    {
        int refused = 0;
        await using var aws = new FakeAws { Answer = _ => ++refused <= 2 ? FakeAws.QueryError("Throttling", "Rate exceeded", 400) : null };
        Assert.Equal("shop", (await Describe("shop", AwsFixture.With(aws.Url))).Name);
    }

    [Fact]
    public async Task Answer_OfSomethingElse_IsSaidSo()
    {
        await using var aws = new FakeAws { Answer = static _ => LocalAnswer.Xml("<html><p>hello</html>") };
        Assert.Contains("the answer is not AWS's", await ProblemOf("shop", AwsFixture.With(aws.Url)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_WhereNobodyListens_IsNamed()
    {
        string url;
        await using (var aws = new FakeAws()) url = aws.Url;
        Assert.Contains($"no answer from {url}/", await ProblemOf("shop", AwsFixture.With(url)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", "there is no AWS profile missing in ~/.aws/config or ~/.aws/credentials")]
    [InlineData("signed-out", "the SSO session of the AWS profile signed-out has ended: run aws sso login --profile signed-out")]
    [InlineData("broken-process", "the credential_process of the AWS profile broken-process failed: ")]
    public async Task Profile_WithoutCredentials_SaysWhatToDo(string profile, string problem) =>
        Assert.StartsWith(problem, await ProblemOf("shop", AwsFixture.With("http://127.0.0.1:1", profile)), StringComparison.Ordinal);

    [Fact]
    public async Task Credentials_NowhereToBeFound_SaysWhereTheyWereLookedFor() =>
        Assert.StartsWith("no AWS credentials: ", await ProblemOf("shop", new AwsOptions { Region = "eu-west-1" }), StringComparison.Ordinal);

    [Fact]
    public async Task Region_NowhereToBeFound_SaysHowToGiveOne()
    {
        // What an earlier test left for the whole process.
        AWSConfigs.AWSRegion = null;
        Assert.StartsWith("no AWS region: ", await ProblemOf("shop", AwsFixture.With(null, "nowhere")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:4566")]
    [InlineData("ftp://localhost")]
    public async Task Endpoint_OfNoUse_IsNamed(string endpoint) =>
        Assert.Equal($"{endpoint} is no endpoint: write it as https://host:port", await ProblemOf("shop", AwsFixture.With(endpoint)));

    [Theory]
    [InlineData("arn:aws:s3:::bucket")]
    [InlineData("arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/x/1")]
    public async Task Arn_OfSomethingElse_IsRefusedUnasked(string arn) =>
        Assert.StartsWith($"{arn} is not the ARN of a load balancer", await ProblemOf(arn, AwsFixture.With("http://127.0.0.1:1")), StringComparison.Ordinal);

    /// <summary>The system's time, in which every wait is over at once.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
    }
}
