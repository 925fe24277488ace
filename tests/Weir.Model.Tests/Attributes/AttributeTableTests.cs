namespace Weir.Model.Tests.Attributes;

public sealed class AttributeTableTests
{
    [Theory]
    [InlineData("idle_timeout.timeout_seconds", "60", "1–4000 seconds", new[] { "1", "4000" }, new[] { "0", "4001", "", "-1", "6e1", " 60" })]
    [InlineData("client_keep_alive.seconds", "3600", "60–604800 seconds", new[] { "60", "604800" }, new[] { "59", "604801" })]
    [InlineData("routing.http.desync_mitigation_mode", "defensive", "monitor, defensive or strictest", new[] { "monitor", "strictest" }, new[] { "Monitor", "off", "" })]
    [InlineData("routing.http2.enabled", "true", "true or false", new[] { "true", "false" }, new[] { "True", "1", "" })]
    [InlineData("load_balancing.cross_zone.enabled", "true", "true", new[] { "true" }, new[] { "false" })]
    [InlineData("access_logs.s3.prefix", "", "a prefix that does not contain AWSLogs", new[] { "", "web/eu" }, new[] { "x/AWSLogs" })]
    [InlineData("weir.stale_connection.mode", "protect", "observe or protect", new[] { "observe" }, new[] { "off" })]
    [InlineData("weir.stale_connection.learn_from_hints", "true", "true or false", new[] { "false" }, new[] { "no" })]
    [InlineData("weir.stale_connection.held_body_bytes", "65536", "0–65536 bytes", new[] { "0", "65536" }, new[] { "65537", "64K" })]
    [InlineData("weir.stale_connection.round_trip_milliseconds", "0", "0–10000 milliseconds", new[] { "0", "10000" }, new[] { "-1", "10001" })]
    [InlineData("weir.client_half_close", "strict", "strict or tolerate", new[] { "tolerate" }, new[] { "true" })]
    [InlineData("weir.pool.order", "newest_first", "newest_first or oldest_first", new[] { "oldest_first" }, new[] { "fifo" })]
    public void LoadBalancerTable_Value_AcceptedWithinItsRangeOnly(
        string key, string defaultValue, string allowed, string[] good, string[] bad) =>
        AssertRow(LoadBalancerAttributes.Table, key, defaultValue, allowed, good, bad);

    [Theory]
    [InlineData("deregistration_delay.timeout_seconds", "300", "0–3600 seconds", new[] { "0", "3600" }, new[] { "3601" })]
    [InlineData("slow_start.duration_seconds", "0", "0, or 30–900 seconds", new[] { "0", "30", "900" }, new[] { "1", "29", "901" })]
    [InlineData("stickiness.lb_cookie.duration_seconds", "86400", "1–604800 seconds", new[] { "1", "604800" }, new[] { "0" })]
    [InlineData("stickiness.app_cookie.cookie_name", "", "a cookie name that does not begin with AWSALB", new[] { "sid" }, new[] { "AWSALBTG", "AWSALBX", "a b" })]
    [InlineData("target_group_health.dns_failover.minimum_healthy_targets.count", "1", "off, or 1 or more", new[] { "off", "5000" }, new[] { "0" })]
    [InlineData("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off", "off, or 1–100", new[] { "off", "100" }, new[] { "0", "101" })]
    [InlineData("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1", "1 or more", new[] { "1" }, new[] { "off", "0" })]
    public void TargetGroupTable_Value_AcceptedWithinItsRangeOnly(
        string key, string defaultValue, string allowed, string[] good, string[] bad) =>
        AssertRow(TargetGroupAttributes.Table, key, defaultValue, allowed, good, bad);

    [Theory]
    [InlineData("routing.http.response.server.enabled", "true", "true or false", new[] { "false" }, new[] { "no" })]
    [InlineData("routing.http.response.x_content_type_options.header_value", "", "nosniff", new[] { "", "nosniff" }, new[] { "sniff" })]
    [InlineData("routing.http.response.x_frame_options.header_value", "", "DENY, SAMEORIGIN or ALLOW-FROM <uri>", new[] { "DENY", "ALLOW-FROM https://a.example" }, new[] { "deny" })]
    [InlineData("routing.http.request.x_amzn_tls_version.header_name", "", "a header name: letters, digits and !#$%&'*+-.^_`|~", new[] { "X-Tls" }, new[] { "X Tls", "X:Tls" })]
    public void ListenerTable_Value_AcceptedWithinItsRangeOnly(
        string key, string defaultValue, string allowed, string[] good, string[] bad) =>
        AssertRow(ListenerAttributes.Table, key, defaultValue, allowed, good, bad);

    [Theory]
    [InlineData("max-age=63072000; includeSubDomains; preload", true)]
    [InlineData("default-src 'self'", true)]
    [InlineData("a\r\nSet-Cookie: x=y", false)]
    [InlineData("tab\there", false)]
    [InlineData("quote\"d", false)]
    [InlineData("ümlaut", false)]
    public void InsertedHeaderValue_CharactersThatCouldEndTheHeader_AreRefused(string value, bool accepted)
    {
        var row = ListenerAttributes.Table.Find("routing.http.response.content_security_policy.header_value")!;
        Assert.Equal(accepted, row.Accepts(value));
        Assert.False(row.Accepts(new string('a', 1025)));
        Assert.True(row.Accepts(new string('a', 1024)));
    }

    [Theory]
    [InlineData("idle_timeout.timeout_second", "unknown attribute 'idle_timeout.timeout_second'; did you mean idle_timeout.timeout_seconds?")]
    [InlineData("idle_timeout", "unknown attribute 'idle_timeout'; did you mean idle_timeout.timeout_seconds?")]
    [InlineData("zzz", "unknown attribute 'zzz'")]
    [InlineData("x", "unknown attribute 'x'")]
    [InlineData("dns_record.client_routing_policy", "attribute 'dns_record.client_routing_policy' exists only on network load balancers")]
    public void DescribeUnknown_NearOrForeignKey_SaysWhatWasMeant(string key, string expected) =>
        Assert.Equal(expected, LoadBalancerAttributes.Table.DescribeUnknown(key));

    [Fact]
    public void AwsRefusal_IntegerOutOfRange_IsWordedAsAwsDoes() =>
        Assert.Equal(
            "'deregistration_delay.timeout_seconds' value '4000' must be between '0-3600' inclusive",
            TargetGroupAttributes.DeregistrationDelay.AwsRefusal("4000"));

    [Theory]
    [MemberData(nameof(Tables))]
    public void EveryRow_OwnDefault_IsAccepted(string name)
    {
        var table = name switch
        {
            "lb" => LoadBalancerAttributes.Table,
            "tg" => TargetGroupAttributes.Table,
            _ => ListenerAttributes.Table,
        };
        Assert.All(table.Definitions, row => Assert.True(row.Accepts(row.Default), row.Key));
        Assert.All(table.Definitions, row => Assert.Matches("^[a-zA-Z0-9._]+$", row.Key));
    }

    public static TheoryData<string> Tables => ["lb", "tg", "listener"];

    private static void AssertRow(
        AttributeTable table, string key, string defaultValue, string allowed, string[] good, string[] bad)
    {
        var row = table.Find(key);
        Assert.NotNull(row);
        Assert.Equal(defaultValue, row.Default);
        Assert.Equal(allowed, row.Allowed);
        Assert.All(good, value => Assert.True(row.Accepts(value), value));
        Assert.All(bad, value => Assert.False(row.Accepts(value), value));
    }
}
