namespace Weir.Reactor.Tests.Tls;

/// <summary>Which certificates can be used, and what is said of those that cannot.</summary>
public sealed class TlsCertificateTests(Credentials credentials, ChainOfTrust chain) : IClassFixture<Credentials>, IClassFixture<ChainOfTrust>
{
    private static readonly DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // openssl req -x509 -newkey …
    [Theory]
    [InlineData("ed25519", null, "neither RSA nor ECDSA")]
    [InlineData("ed448", null, "neither RSA nor ECDSA")]
    [InlineData("rsa-pss", "rsa_keygen_bits:2048", "neither RSA nor ECDSA")]
    [InlineData("rsa", "rsa_keygen_bits:1024", "RSA of 1024 bits")]
    [InlineData("rsa", "rsa_keygen_bits:2047", "RSA of 2047 bits")]
    [InlineData("ec", "ec_paramgen_curve:secp256k1", "ECDSA with the curve secp256k1")]
    [InlineData("ec", "ec_paramgen_curve:secp224r1", "ECDSA with the curve secp224r1")]
    [InlineData("ec", "ec_paramgen_curve:prime192v1", "ECDSA with the curve prime192v1")]
    [InlineData("ec", "ec_paramgen_curve:brainpoolP256r1", "ECDSA with the curve brainpoolP256r1")]
    [InlineData("ec", "ec_paramgen_curve:sect283r1", "ECDSA with the curve sect283r1")]
    [InlineData("ec", "ec_paramgen_curve:P-256 ec_param_enc:explicit", "ECDSA with the curve prime256v1 written out in numbers instead of by its name")]
    public void Load_KeyThatNoClientCouldUse_IsRefusedWithWhatCanBeUsed(string kind, string? option, string what)
    {
        string file = Generate(kind, option);
        Assert.Equal(
            $"{file}: the certificate's key is {what}; what can be used is RSA of 2048 bits or more, and ECDSA with the curves P-256, P-384 and P-521.",
            TlsCertificate.Load(file, file).Problem);
    }

    [Fact]
    public void Load_Dsa_IsRefusedWithWhatCanBeUsed()
    {
        using var parameters = new OpenSslCommand("genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:1024");
        string file = Generate($"dsa:{credentials.Write("dsa.parameters", parameters.ReadToEnd())}", null);
        Assert.StartsWith($"{file}: the certificate's key is neither RSA nor ECDSA; ", TlsCertificate.Load(file, file).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rsa", "rsa_keygen_bits:2048", false, 2048)]
    [InlineData("rsa", "rsa_keygen_bits:3072", false, 3072)]
    [InlineData("ec", "ec_paramgen_curve:P-256", true, 256)]
    [InlineData("ec", "ec_paramgen_curve:P-384", true, 384)]
    [InlineData("ec", "ec_paramgen_curve:P-521", true, 521)]
    public void Load_EachKeyThatCanBeUsed_IsKnownByKindAndSize(string kind, string option, bool isEcdsa, int bits)
    {
        string file = Generate(kind, option);
        TlsCertificateOutcome outcome = TlsCertificate.Load(file, file);
        Assert.Equal("", outcome.Problem);
        Assert.Equal((isEcdsa, bits), (outcome.Certificate!.IsEcdsa, outcome.Certificate.KeyBits));
    }

    [Theory]
    [InlineData("leaf")]
    [InlineData("leaf,intermediate")]
    [InlineData("leaf,intermediate,root")]
    public void RemarksAt_ChainInOrder_SaysNothing(string names) => Assert.Empty(chain.Remarks(_now, names.Split(',')));

    [Theory]
    [InlineData("leaf,root", "2 (root) has not issued certificate 1")]
    [InlineData("leaf,root,intermediate", "2 (root) has not issued certificate 1", "3 (intermediate) has not issued certificate 2")]
    [InlineData("leaf,intermediate,stranger", "3 (stranger) has not issued certificate 2")]
    // The name is right, the key is not.
    [InlineData("leaf,intermediate,pretender", "3 (root) has not issued certificate 2")]
    public void RemarksAt_ChainWithOneThatHasNotIssuedTheOneBefore_NamesItsPlace(string names, params string[] expected) =>
        Assert.Equal(
            expected.Select(static what =>
                $"FILE: certificate {what}; clients may not find their way to an authority"),
            chain.Remarks(_now, names.Split(',')));

    [Fact]
    public void RemarksAt_OneOfTheChainThatExpires_NamesItsPlace()
    {
        DateTimeOffset end = ChainOfTrust.IntermediateEnd;
        Assert.Empty(Remarks(end.AddDays(-14)));
        Assert.Equal(["FILE: certificate 2 (intermediate) expires within 14 days, on 2050-01-01T00:00:00Z"], Remarks(end.AddDays(-14).AddSeconds(1)));
        Assert.Equal(["FILE: certificate 2 (intermediate) expires within 14 days, on 2050-01-01T00:00:00Z"], Remarks(end));
        Assert.Equal(["FILE: certificate 2 (intermediate) expired on 2050-01-01T00:00:00Z; clients refuse it"], Remarks(end.AddSeconds(1)));

        // The leaf ends with it.
        IEnumerable<string> Remarks(DateTimeOffset now) =>
            chain.Remarks(now, "leaf", "intermediate", "root").Where(static remark => !remark.StartsWith("FILE: leaf ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/CN=a.test/O=Somebody", "a.test")]
    [InlineData("/O=Somebody, of some place", "b.test")]
    public void RemarksAt_TheOwnCertificate_IsCalledByItsCommonName_OrElseItsFirstName(string subject, string name)
    {
        using var command = new OpenSslCommand(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", subject,
            "-addext", "subjectAltName=DNS:b.test,DNS:c.test", "-keyout", "-");
        string file = credentials.Write($"{Guid.NewGuid()}.pem", command.ReadToEnd());
        TlsCertificate certificate = TlsCertificate.Load(file, file).Certificate!;
        Assert.Equal(
            [$"{file}: {name} expires within 14 days, on {certificate.NotAfter:yyyy-MM-ddTHH:mm:ssZ}"], certificate.RemarksAt(certificate.NotAfter.AddDays(-1)));
    }

    [Theory]
    [InlineData("CN=a", "a")]
    [InlineData("C=DE,CN=a,CN=b", "a")]
    [InlineData("OU=x+CN=a+OU=y,O=z", "a")]
    [InlineData("CN=a\\, O=b\\\\,CN=c", "a\\, O=b\\\\")]
    [InlineData("O=x\\,CN=a", null)]
    [InlineData("CN=,O=x", null)]
    [InlineData("O=x\\", null)]
    [InlineData("", null)]
    public void CommonName_OfASubject_IsTheFirst(string subject, string? name) => Assert.Equal(name, TlsChainRemarks.CommonNameOf(subject));

    private string Generate(string kind, string? option)
    {
        IEnumerable<string> options = (option ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(static one => (string[])["-pkeyopt", one]);
        using var command = new OpenSslCommand(
            ["req", "-x509", "-newkey", kind, .. options, "-nodes", "-subj", "/CN=a.test", "-keyout", "-"]);
        return credentials.Write($"{Guid.NewGuid()}.pem", command.ReadToEnd());
    }
}
