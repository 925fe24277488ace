using Weir.Diagnosis.Sources;

namespace Weir.Diagnosis.Tests.Sources;

public sealed class LogObjectNameTests
{
    private const string Middle = "123456789012_elasticloadbalancing_us-east-2_app.my-loadbalancer.1234567890abcdef";

    [Theory]
    [InlineData("", ".log.gz", LogObjectKind.Access)]
    [InlineData("", ".log", LogObjectKind.Access)]
    [InlineData("", ".log.zst", LogObjectKind.Access)]
    [InlineData("", "", LogObjectKind.Access)]
    [InlineData("conn_log_", ".log.gz", LogObjectKind.Connection)]
    [InlineData("conn_log.", ".log.gz", LogObjectKind.Connection)]
    [InlineData("health_check_log_", ".log.gz", LogObjectKind.HealthCheck)]
    public void Name_OfAnApplicationLoadBalancer_GivesKindBalancerNodeAndEnd(string prefix, string ending, LogObjectKind kind)
    {
        LogObjectName name = LogObjectName.Parse($"{prefix}{Middle}_20220215T2340Z_172.160.001.192_20sg8hgm{ending}");

        Assert.Equal(kind, name.Kind);
        Assert.Equal("app/my-loadbalancer/1234567890abcdef", name.LoadBalancer);
        Assert.Equal("172.160.1.192", name.NodeAddress);
        Assert.Equal(new DateTimeOffset(2022, 2, 15, 23, 40, 0, TimeSpan.Zero), name.IntervalEnd);
    }

    [Theory]
    [InlineData("123456789012_elasticloadbalancing_us-east-2_net.my-nlb.1234567890abcdef_20220215T2340Z_20sg8hgm.log.gz", null)]
    [InlineData("123456789012_elasticloadbalancing_us-east-2_my-classic_20220215T2340Z_172.160.001.192_20sg8hgm.log", "172.160.1.192")]
    public void Name_OfAnotherLoadBalancer_IsToldApart(string text, string? node)
    {
        LogObjectName name = LogObjectName.Parse(text);

        Assert.Equal(LogObjectKind.OtherBalancer, name.Kind);
        Assert.Equal(node, name.NodeAddress);
        Assert.NotNull(name.IntervalEnd);
    }

    [Theory]
    [InlineData("ELBAccessLogTestFile")]
    [InlineData("ELBConnectionLogTestFile")]
    [InlineData("ELBHealthCheckLogTestFile")]
    public void Name_OfATestObject_IsOne(string text) => Assert.Equal(LogObjectKind.TestObject, LogObjectName.Parse(text).Kind);

    [Theory]
    [InlineData("")]
    [InlineData("access.log")]
    [InlineData(Middle + ".log.gz")]
    [InlineData("my_elasticloadbalancing_copy.log")]
    public void Name_OfAnyOtherForm_GivesNothing(string text) =>
        Assert.Equal(new LogObjectName(LogObjectKind.Unknown, null, null, null), LogObjectName.Parse(text));

    [Fact]
    public void Name_WithAnImpossibleTime_HasNoIntervalEnd() =>
        Assert.Null(LogObjectName.Parse($"{Middle}_20229915T2340Z_172.160.1.192_20sg8hgm.log.gz").IntervalEnd);
}
