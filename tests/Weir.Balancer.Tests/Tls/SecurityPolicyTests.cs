using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer.Tests.Tls;

/// <summary>Policies that the installed OpenSSL cannot give in full.</summary>
public sealed class SecurityPolicyTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    [Theory]
    [InlineData("TLS13-1-2-PQ-2025-09", "TLS13-1-2-2021-06", "key exchanges", "X25519MLKEM768", null)]
    [InlineData("TLS13-1-2-Ext0-FIPS-PQ-2025-09", "TLS13-1-2-Ext0-FIPS-2023-04", "key exchanges", "X25519MLKEM768", null)]
    [InlineData("TLS-1-0-2015-04", "2016-08", "ciphers", null, "DES-CBC3-SHA")]
    public void Load_PolicyThatOpenSslLacksAPartOf_IsRefusedWithTheNearestOne(
        string policy, string nearest, string lacking, string? group, string? cipher)
    {
        bool isThere = TlsContext.UnverifiedClient(new TlsOptions { Groups = group, Ciphers = cipher }).Context is not null;
        Assert.SkipWhen(isThere, $"the OpenSSL of this machine has {group ?? cipher}");
        TlsProblem problem = Assert.Single(Load($"ELBSecurityPolicy-{policy}"));
        Assert.StartsWith($"ELBSecurityPolicy-{policy} cannot be given in full: OpenSSL ", problem.Sentence, StringComparison.Ordinal);
        Assert.Contains($" {lacking} ", problem.Sentence, StringComparison.Ordinal);
        // Every OpenSSL 3 has these.
        Assert.DoesNotContain("P-256,", problem.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("P-521", problem.Sentence, StringComparison.Ordinal);
        Assert.EndsWith($" The nearest policy without that is ELBSecurityPolicy-{nearest}.", problem.Sentence, StringComparison.Ordinal);
        Assert.Empty(Load($"ELBSecurityPolicy-{nearest}"));
    }

    private IReadOnlyList<TlsProblem> Load(string policy)
    {
        WorldOptions https = certificates.Https;
        BalancerSnapshot snapshot = (https with { Define = listener => https.Define(listener) with { SecurityPolicy = policy } }).Compile();
        _ = BalancerTls.Load(snapshot, new TlsTicketKeys(), new TlsFiles(), DateTimeOffset.UnixEpoch, out IReadOnlyList<TlsProblem> problems);
        return problems;
    }
}
