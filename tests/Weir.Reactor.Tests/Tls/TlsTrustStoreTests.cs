using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Reactor.Tests.Tls;

public sealed class TlsTrustStoreTests(Credentials credentials) : IClassFixture<Credentials>
{
    private static readonly DateTimeOffset _end = new(2050, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset _farAway = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Else OpenSSL does it in the first handshake that asks, on a loop.
    [Fact]
    public void Load_ListOutOfOrder_IsSortedWhenItIsLoaded()
    {
        using X509Certificate2 authority = Authority(_farAway);
        var builder = new CertificateRevocationListBuilder();
        foreach (byte serial in (byte[])[7, 3, 9, 1])
        {
            builder.AddEntry([serial], DateTimeOffset.UnixEpoch);
        }

        byte[] list = builder.Build(authority, 1, _farAway, HashAlgorithmName.SHA256);
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

    [Fact]
    public void RemarksAt_AuthorityNearItsEnd_NamesItsPlaceAndWhatComesOfIt()
    {
        using X509Certificate2 lasting = Authority(_farAway), ending = Authority(_end);
        string file = credentials.Write("ending-authority.pem", lasting.ExportCertificatePem() + '\n' + ending.ExportCertificatePem());
        TlsTrustStore store = Load(file);
        Assert.Empty(store.RemarksAt(_end - TimeSpan.FromDays(15)));
        Assert.Equal([$"{file}: certificate 2 (CN=authority) expires within 14 days, on 2050-01-01T00:00:00Z"], store.RemarksAt(_end - TimeSpan.FromDays(13)));
        Assert.Equal(
            [$"{file}: certificate 2 (CN=authority) expired on 2050-01-01T00:00:00Z; clients with certificates of this authority are refused"],
            store.RemarksAt(_end + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void RemarksAt_ListThatIsOverdue_NamesItsAuthorityAndWhatComesOfIt()
    {
        using X509Certificate2 authority = Authority(_farAway);
        byte[] list = new CertificateRevocationListBuilder().Build(authority, 1, _end, HashAlgorithmName.SHA256);
        string file = credentials.Write("overdue-list.pem", PemEncoding.WriteString("X509 CRL", list));
        TlsTrustStore store = Load(credentials.Write("overdue-authority.pem", authority.ExportCertificatePem()), file);
        Assert.Empty(store.RemarksAt(_end - TimeSpan.FromDays(15)));
        Assert.Equal([$"{file}: the revocation list of CN=authority expires within 14 days, on 2050-01-01T00:00:00Z"], store.RemarksAt(_end - TimeSpan.FromDays(13)));
        Assert.Equal(
            [$"{file}: the revocation list of CN=authority expired on 2050-01-01T00:00:00Z; clients with certificates of that authority are refused"],
            store.RemarksAt(_end + TimeSpan.FromSeconds(1)));
    }

    // Lists of a week are normal, and no reason to be warned of all the time.
    [Theory]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void RemarksAt_ListOfAWeek_SaysThatItExpiresInItsLastQuarter(int day, bool remarks)
    {
        using X509Certificate2 authority = Authority(_farAway);
        byte[] list = new CertificateRevocationListBuilder()
            .Build(authority, 1, _end, HashAlgorithmName.SHA256, thisUpdate: _end - TimeSpan.FromDays(7));
        TlsTrustStore store = Load(
            credentials.Write($"week-authority-{day}.pem", authority.ExportCertificatePem()),
            credentials.Write($"week-list-{day}.pem", PemEncoding.WriteString("X509 CRL", list)));
        Assert.Equal(remarks, store.RemarksAt(_end - TimeSpan.FromDays(7 - day)).Any(static remark => remark.Contains(" expires ", StringComparison.Ordinal)));
    }

    private static TlsTrustStore Load(string authorities, params string[] lists)
    {
        TlsTrustStoreOutcome outcome = TlsTrustStore.Load(authorities, lists, new TlsFiles());
        Assert.Equal("", outcome.Problem);
        return outcome.Store!;
    }

    private static X509Certificate2 Authority(DateTimeOffset until)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, until);
    }
}
