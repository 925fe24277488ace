using System.Net;
using System.Text.RegularExpressions;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer.Tests.Tls;

/// <summary>
/// Handshakes of clients whose certificate is good, and who sign with it what no library would: somebody between them and the
/// balancer alters their CertificateVerify, which TLS 1.2 sends in the clear.
/// </summary>
public sealed partial class AlteredHandshakeTests(CertificateFolder folder) : IClassFixture<CertificateFolder>
{
    // Source: RFC 8446 §4.2.3
    private const string Ed25519 = "\u0008\u0007";

    [Fact]
    public void CertificateVerify_NotAltered_IsAccepted() =>
        Assert.Contains(" Success TID_", Line(static message => message), StringComparison.Ordinal);

    // Its key is one of P-256.
    [Fact]
    public void CertificateVerify_OfAnotherSignatureScheme_IsIncompatible() => Assert.Contains(
        " Failed:ClientCertIncompatible TID_", Line(static message => message[..4] + Ed25519 + message[6..]), StringComparison.Ordinal);

    [Fact]
    public void CertificateVerify_OfAnotherSignature_IsInvalid() => Assert.Contains(
        " Failed:ClientCertInvalid TID_", Line(static message => message[..^1] + (char)(message[^1] ^ 1)), StringComparison.Ordinal);

    // The line of the connection log for such a client.
    private string Line(Func<string, string> alter)
    {
        TestAuthority root = TestAuthority.Root(folder);
        WorldOptions https = folder.Https;
        using var world = new BalancerWorld(https with
        {
            Define = listener => https.Define(listener) with
            {
                MutualAuthentication = new MutualAuthentication { Mode = MutualAuthenticationMode.Verify, TrustStoreFile = root.File },
            },
        });
        TargetDouble between = world.AddTarget("10.7.0.1");
        TlsContextOutcome context = TlsContext.UnverifiedClient(new TlsOptions { MostVersion = TlsVersion.Tls12 }, root.Issue());
        Assert.Equal("", context.Problem);
        _ = new TlsClient(world, context.Context!, endpoint: new IPEndPoint(IPAddress.Parse("10.7.0.1"), BalancerWorld.TargetPort));
        Peer near = between.Accept();
        Peer far = world.Connect();
        int altered = 0;
        world.Until(
            () =>
            {
                Pass(near.Take(), far);
                Pass(far.Take(), near);
                return world.Counters[Counter.ClientTlsErrors] + world.Counters[Counter.ClientTlsHandshakes] > 0;
            },
            "a decision");
        Assert.Equal(1, altered);
        return Assert.Single(world.ConnectionLog());

        void Pass(string bytes, Peer to)
        {
            if (bytes.Length > 0)
            {
                to.Send(CertificateVerify().Replace(bytes, match =>
                {
                    altered++;
                    return alter(match.Value);
                }));
            }
        }
    }

    // certificate_verify (15), its length, ecdsa_secp256r1_sha256, the signature's length, and a SEQUENCE to its end, before the
    // next record. Source: RFC 5246 §7.4.8
    [GeneratedRegex("\u000F\0\0[\u0040-\u004C]\u0004\u0003\0[\u0040-\u0048]0.{60,71}?(?=\u0014\u0003\u0003\0\u0001)", RegexOptions.Singleline)]
    private static partial Regex CertificateVerify();
}
