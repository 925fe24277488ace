using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Reactor.Tests.Tls;

public sealed class TlsTrustStoreTests(Credentials credentials) : IClassFixture<Credentials>
{
    // Else OpenSSL does it in the first handshake that asks, on a loop.
    [Fact]
    public void Load_ListOutOfOrder_IsSortedWhenItIsLoaded()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 authority = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var builder = new CertificateRevocationListBuilder();
        foreach (byte serial in (byte[])[7, 3, 9, 1])
        {
            builder.AddEntry([serial], DateTimeOffset.UnixEpoch);
        }

        byte[] list = builder.Build(authority, 1, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero), HashAlgorithmName.SHA256);
        TlsTrustStoreOutcome outcome = TlsTrustStore.Load(
            credentials.Write("sorted-authority.pem", authority.ExportCertificatePem()),
            [credentials.Write("sorted-list.pem", PemEncoding.WriteString("X509 CRL", list))],
            new TlsFiles());
        Assert.Equal("", outcome.Problem);
        nint entries = OpenSsl.X509_CRL_get_REVOKED(Assert.Single(outcome.Store!.Lists));
        Assert.Equal(4, OpenSsl.OPENSSL_sk_num(entries));
        Assert.Equal(1, OpenSsl.OPENSSL_sk_is_sorted(entries));
        GC.KeepAlive(outcome.Store);
    }
}
