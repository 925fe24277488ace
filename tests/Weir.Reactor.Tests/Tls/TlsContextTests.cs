namespace Weir.Reactor.Tests.Tls;

public sealed class TlsContextTests(Credentials credentials) : IClassFixture<Credentials>
{
    [Fact]
    public void Server_CertificateAndItsKey_IsMade()
    {
        Assert.NotNull(credentials.Server());
        Assert.Equal("", TlsContext.Server(credentials.EcCertificate, credentials.EcKey).Problem);
    }

    [Fact]
    public void Server_ChainAndKeyInOneFile_IsMade()
    {
        string chain = File.ReadAllText(credentials.Certificate);
        string file = credentials.Write("all.pem", chain + "comments are allowed\n" + File.ReadAllText(credentials.EcCertificate) + File.ReadAllText(credentials.Key));
        Assert.Equal("", TlsContext.Server(file, file).Problem);
    }

    [Fact]
    public void Server_FileThatIsNotThere_IsNamed()
    {
        Assert.Equal($"{credentials.Missing}: there is no such file.", Problem(credentials.Missing, credentials.Key));
        Assert.Equal($"{credentials.Missing}: there is no such file.", Problem(credentials.Certificate, credentials.Missing));
    }

    [Fact]
    public void Server_FolderAsFile_IsNamed()
    {
        string folder = Path.GetDirectoryName(credentials.Key)!;
        Assert.Equal($"{folder}: this is a folder, not a PEM file with a certificate.", Problem(folder, credentials.Key));
        Assert.Equal($"{folder}: this is a folder, not a PEM file with a private key.", Problem(credentials.Certificate, folder));
        Assert.Equal($"{folder}: this is a folder, not a PEM file with a certificate.", TlsTrustStore.Load(folder, [], new TlsFiles()).Problem);
        Assert.Equal(
            $"{folder}: this is a folder, not a PEM file with a revocation list.",
            TlsTrustStore.Load(credentials.Authority(), [folder], new TlsFiles()).Problem);
    }

    [Fact]
    public void Server_EmptyFile_IsNamed()
    {
        string empty = credentials.Write("empty.pem", "");
        Assert.Equal($"{empty}: holds no certificate in PEM form (-----BEGIN …-----).", Problem(empty, credentials.Key));
    }

    [Fact]
    public void Server_FileThatIsNotPem_IsNamed()
    {
        string text = credentials.Write("text.pem", "hello");
        Assert.Equal($"{text}: holds no certificate in PEM form (-----BEGIN …-----).", Problem(text, credentials.Key));
        Assert.Equal($"{text}: holds no private key in PEM form (-----BEGIN …-----).", Problem(credentials.Certificate, text));
    }

    [Fact]
    public void Server_FilesExchanged_SaysWhatEachLacks()
    {
        Assert.Equal($"{credentials.Key}: holds no certificate in PEM form (-----BEGIN …-----).", Problem(credentials.Key, credentials.Certificate));
        Assert.Equal(
            $"{credentials.Certificate}: holds no private key in PEM form (-----BEGIN …-----).",
            Problem(credentials.Certificate, credentials.Certificate));
    }

    [Fact]
    public void Server_DamagedCertificate_IsNamed()
    {
        string damaged = credentials.Write("damaged.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Assert.StartsWith($"{damaged}: certificate 1 cannot be read: ", Problem(damaged, credentials.Key), StringComparison.Ordinal);
    }

    [Fact]
    public void Server_DamagedSecondCertificate_IsNamedByItsNumber()
    {
        string damaged = credentials.Write(
            "chain.pem", File.ReadAllText(credentials.Certificate) + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Assert.StartsWith($"{damaged}: certificate 2 cannot be read: ", Problem(damaged, credentials.Key), StringComparison.Ordinal);
    }

    [Fact]
    public void Server_DamagedKey_IsNamed()
    {
        string damaged = credentials.Write("damaged.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Assert.StartsWith($"{damaged}: the private key cannot be read: ", Problem(credentials.Certificate, damaged), StringComparison.Ordinal);
    }

    [Fact]
    public void Server_KeyOfAnotherCertificate_IsNamedWithIt()
    {
        Assert.Equal(
            $"{credentials.OtherKey}: the private key does not belong to the first certificate in {credentials.Certificate}.",
            Problem(credentials.Certificate, credentials.OtherKey));
        Assert.Equal(
            $"{credentials.EcKey}: the private key does not belong to the first certificate in {credentials.Certificate}.",
            Problem(credentials.Certificate, credentials.EcKey));
    }

    [Fact]
    public void Server_EncryptedKey_IsNamedAndNobodyIsAskedForAPassword() =>
        Assert.Equal(
            $"{credentials.EncryptedKey}: the private key is encrypted; decrypt it first (openssl pkey -in {credentials.EncryptedKey} -out DECRYPTED).",
            Problem(credentials.Certificate, credentials.EncryptedKey));

    [Fact]
    public void Server_HugeFile_IsNotRead()
    {
        string huge = credentials.Write("huge.pem", new string('x', (1024 * 1024) + 1));
        Assert.Equal($"{huge}: larger than 1024 KiB, which is too large for a PEM file with a certificate.", Problem(huge, credentials.Key));
    }

    [Fact]
    public void Server_CiphersThatNobodyHas_AreNamed()
    {
        Assert.Equal(
            $"{TlsLibrary.Version} has none of the ciphers NO-SUCH-CIPHER.",
            Problem(credentials.Certificate, credentials.Key, new TlsOptions { Ciphers = "NO-SUCH-CIPHER" }));
        Assert.Equal(
            $"{TlsLibrary.Version} does not have the ciphers NO-SUCH-CIPHER.",
            Problem(credentials.Certificate, credentials.Key, new TlsOptions { Ciphers = "AES128-SHA:NO-SUCH-CIPHER:AES256-SHA" }));
        Assert.Equal(
            $"{TlsLibrary.Version} does not have the key exchanges NO-SUCH-GROUP, NOR-THIS.",
            Problem(credentials.Certificate, credentials.Key, new TlsOptions { Groups = "NO-SUCH-GROUP:X25519:NOR-THIS:P-256" }));
        Assert.Equal(
            $"{TlsLibrary.Version} does not have all of the cipher suites TLS_NONE.",
            Problem(credentials.Certificate, credentials.Key, new TlsOptions { CipherSuites = "TLS_NONE" }));
    }

    [Fact]
    public void Library_OfThisMachine_IsOpenSsl3()
    {
        Assert.Null(TlsLibrary.Problem);
        Assert.StartsWith("OpenSSL 3.", TlsLibrary.Version, StringComparison.Ordinal);
    }

    [Fact]
    public void Library_Missing_IsOneSentenceThatNamesIt() =>
        Assert.Equal(
            "TLS needs OpenSSL 3, and its libssl.so.0 is not installed (Debian and Ubuntu: libssl3, Fedora: openssl-libs, Alpine: libssl3).",
            TlsLibrary.ProblemOf("libssl.so.0", OpenSsl.LibCrypto));

    // A library that is there, and is not OpenSSL: as one that is too old, it lacks what is needed.
    [Fact]
    public void Library_Unfit_IsOneSentenceThatNamesIt() =>
        Assert.Equal(
            "TLS needs OpenSSL 3, and what is installed as libc.so.6 and libc.so.6 is something else.",
            TlsLibrary.ProblemOf("libc.so.6", "libc.so.6"));

    private static string Problem(string certificate, string key, TlsOptions? options = null)
    {
        TlsContextOutcome outcome = TlsContext.Server(certificate, key, options);
        Assert.Null(outcome.Context);
        return outcome.Problem;
    }
}
