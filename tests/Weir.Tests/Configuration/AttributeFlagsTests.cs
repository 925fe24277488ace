using Weir.Configuration;
using Weir.Model;

namespace Weir.Tests.Configuration;

public sealed class AttributeFlagsTests
{
    private readonly List<UsageError> _errors = [];

    [Fact]
    public void Read_KeysOfAllKinds_SortsThemByTheirTable()
    {
        AttributeFlags flags = Read(
            "idle_timeout.timeout_seconds=5",
            "deregistration_delay.timeout_seconds=0",
            "routing.http.response.server.enabled=false");

        Assert.Empty(_errors);
        Assert.Equal([new AttributeSetting("idle_timeout.timeout_seconds", "5")], flags.LoadBalancer);
        Assert.Equal([new AttributeSetting("deregistration_delay.timeout_seconds", "0")], flags.TargetGroup);
        Assert.Equal([new AttributeSetting("routing.http.response.server.enabled", "false")], flags.Listener);
    }

    [Fact]
    public void Read_KeyOfTwoTables_GoesWhereItsValueIsAllowed()
    {
        AttributeFlags flags = Read("load_balancing.cross_zone.enabled=false");

        Assert.Empty(_errors);
        Assert.Empty(flags.LoadBalancer);
        Assert.Single(flags.TargetGroup);
    }

    [Fact]
    public void Read_ValueWithEqualsSign_KeepsIt()
    {
        AttributeFlags flags = Read("routing.http.response.strict_transport_security.header_value=max-age=60");

        Assert.Empty(_errors);
        Assert.Equal("max-age=60", flags.Listener.Single().Value);
    }

    [Theory]
    [InlineData(
        "idle_timeout.timout_seconds=5",
        "--attribute idle_timeout.timout_seconds=5: there is no such attribute; did you mean idle_timeout.timeout_seconds?")]
    [InlineData(
        "idle_timeout.timeout_seconds=0",
        "--attribute idle_timeout.timeout_seconds=0: '0' is not a value of it; allowed: 1–4000 seconds")]
    [InlineData(
        "preserve_client_ip.enabled=true",
        "--attribute preserve_client_ip.enabled=true: this attribute exists only on target groups of network load balancers")]
    [InlineData("idle_timeout.timeout_seconds", "--attribute idle_timeout.timeout_seconds: the value is missing; allowed: KEY=VALUE")]
    [InlineData("=5", "--attribute =5: the value is missing; allowed: KEY=VALUE")]
    public void Read_BadText_SaysWhatIsWrong(string text, string expected)
    {
        Read(text);

        Assert.Equal(expected, Assert.Single(_errors).ToString());
    }

    [Fact]
    public void Read_SameKeyTwice_IsAnError()
    {
        Read("idle_timeout.timeout_seconds=5", "idle_timeout.timeout_seconds=6");

        Assert.Equal(
            "--attribute idle_timeout.timeout_seconds=6: the key is given twice", Assert.Single(_errors).ToString());
    }

    private AttributeFlags Read(params string[] texts) => AttributeFlags.Read(texts, [], _errors);
}
