namespace Weir.Model.Tests.Tls;

/// <summary>The table of security policies. Source: ALB user guide, security policies.</summary>
public sealed class SecurityPoliciesTests
{
    [Theory]
    [InlineData("TLS13-1-2-2021-06", "TLSv1.2 TLSv1.3", 3, 8)]
    [InlineData("TLS13-1-2-Res-PQ-2025-09", "TLSv1.2 TLSv1.3", 3, 4)]
    [InlineData("TLS13-1-3-FIPS-2023-04", "TLSv1.3", 2, 0)]
    [InlineData("TLS13-1-0-2021-06", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", 3, 18)]
    [InlineData("2016-08", "TLSv1 TLSv1.1 TLSv1.2", 0, 18)]
    [InlineData("TLS-1-0-2015-04", "TLSv1 TLSv1.1 TLSv1.2", 0, 19)]
    [InlineData("FS-1-2-Res-2020-10", "TLSv1.2", 0, 4)]
    public void Row_ByName_HasItsProtocolsAndCiphers(string name, string protocols, int suites, int ciphers)
    {
        SecurityPolicy policy = SecurityPolicies.Find("ELBSecurityPolicy-" + name)!;
        Assert.Equal(protocols.Split(' '), policy.Protocols);
        Assert.Equal((suites, ciphers), (policy.CipherSuites.Length, policy.Ciphers.Length));
    }

    [Fact]
    public void Row_OfTheCommonPolicy_HasItsCiphersInTheOrderOfPriority() => Assert.Equal(
        [
            "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA256",
            "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-RSA-AES256-SHA384",
        ],
        SecurityPolicies.Find("ELBSecurityPolicy-TLS13-1-2-2021-06")!.Ciphers);

    [Fact]
    public void Rows_AreAllOfThem_AndEveryFallbackIsOne()
    {
        // 18 and a PQ twin of 6; 8 with FIPS and a PQ twin of 7.
        Assert.Equal(39, SecurityPolicies.Rows.Length);
        Assert.Distinct(SecurityPolicies.Rows.Select(static policy => policy.Name));
        Assert.All(SecurityPolicies.Rows, static policy => Assert.Equal(policy.IsPostQuantum || policy.Name.EndsWith("2015-04", StringComparison.Ordinal), policy.Fallback is not null));
        Assert.All(SecurityPolicies.Rows, static policy => Assert.True(policy.Fallback is null || SecurityPolicies.Find(policy.Fallback) is not null));
    }

    [Theory]
    [InlineData("2016-08", "")]
    [InlineData("2016-08", "2016-08", "FS-2018-06")]
    [InlineData("TLS13-1-0-2021-06", "2016-08", "TLS13-1-3-2021-06")]
    [InlineData("TLS13-1-0-PQ-2025-09", "TLS13-1-2-PQ-2025-09")]
    [InlineData("TLS13-1-0-FIPS-2023-04", "TLS13-1-2-PQ-2025-09", "TLS13-1-2-FIPS-2023-04")]
    [InlineData("TLS13-1-0-FIPS-PQ-2025-09", "TLS13-1-2-FIPS-2023-04", "TLS13-1-3-FIPS-PQ-2025-09")]
    public void ForTargets_OfListeners_IsTheFirstThatApplies(string expected, params string[] listeners)
    {
        SecurityPolicy[] policies = [.. listeners.Select(static name => SecurityPolicies.Find("ELBSecurityPolicy-" + name)).OfType<SecurityPolicy>()];
        Assert.Equal("ELBSecurityPolicy-" + expected, SecurityPolicies.ForTargets(policies).Name);
    }

    // Source: RFC 9113 §9.2.2
    [Fact]
    public void Policy_WithTls12_HasTheCipherOfHttp2() => Assert.All(
        SecurityPolicies.Rows.Where(static policy => policy.Protocols.Contains("TLSv1.2")),
        static policy => Assert.Contains("ECDHE-RSA-AES128-GCM-SHA256", policy.Ciphers));
}
