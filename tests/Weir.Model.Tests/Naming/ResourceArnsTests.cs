namespace Weir.Model.Tests.Naming;

public sealed class ResourceArnsTests
{
    private readonly ResourceArns _arns = new("us-east-1", "000000000000");

    [Fact]
    public void LoadBalancer_SameName_AlwaysHasTheSameArn()
    {
        // Golden: a change here would rename every resource of every user, in logs and pools.
        Assert.Equal(
            "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/web/749869f96a623ac6",
            _arns.LoadBalancer("web"));
        Assert.NotEqual(_arns.LoadBalancer("web"), _arns.LoadBalancer("web2"));
    }

    [Fact]
    public void EveryKind_Arn_HasAwsForm()
    {
        const string Account = "^arn:aws:elasticloadbalancing:us-east-1:000000000000:";
        Assert.Matches(Account + "loadbalancer/app/web/[0-9a-f]{16}$", _arns.LoadBalancer("web"));
        Assert.Matches(Account + "targetgroup/api/[0-9a-f]{16}$", _arns.TargetGroup("api"));
        Assert.Matches(Account + "listener/app/web/[0-9a-f]{16}/[0-9a-f]{16}$", _arns.Listener("web", 80));
        Assert.Matches(
            Account + "listener-rule/app/web/[0-9a-f]{16}/[0-9a-f]{16}/[0-9a-f]{16}$", _arns.Rule("web", 80, 0));
    }

    [Theory]
    [InlineData(LoadBalancerScheme.InternetFacing, @"^web-\d{1,10}\.us-east-1\.elb\.amazonaws\.com$")]
    [InlineData(LoadBalancerScheme.Internal, @"^internal-web-\d{1,10}\.us-east-1\.elb\.amazonaws\.com$")]
    public void DnsName_Scheme_ShapesThePrefix(LoadBalancerScheme scheme, string pattern) =>
        Assert.Matches(pattern, _arns.DnsName("web", scheme));

    [Theory]
    [InlineData("a", true)]
    [InlineData("web-1", true)]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345", true)]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456", false)]
    [InlineData("", false)]
    [InlineData("-web", false)]
    [InlineData("web-", false)]
    [InlineData("web_1", false)]
    [InlineData("wéb", false)]
    public void ResourceName_LengthCharactersAndEnds_AreChecked(string name, bool accepted) =>
        Assert.Equal(accepted, ResourceNames.AwsRefusal("Target group", name) is null);

    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("1", false)]
    [InlineData("127.1", false)]
    [InlineData("010.0.0.1", false)]
    [InlineData("0x7f.0.0.1", false)]
    [InlineData("fe80::1%eth0", false)]
    [InlineData("[::1]", false)]
    [InlineData("localhost", false)]
    public void IPAddressText_OldAndShortForms_AreRefused(string text, bool accepted) =>
        Assert.Equal(accepted, IPAddressText.TryParse(text, out _));
}
