namespace Weir.Reactor.Tests.Tls;

/// <summary>Which certificates can be used, and what is said of those that cannot.</summary>
public sealed class TlsCertificateTests(Credentials credentials) : IClassFixture<Credentials>
{
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

    private string Generate(string kind, string? option)
    {
        using var command = new OpenSslCommand(
            ["req", "-x509", "-newkey", kind, .. option is null ? [] : (string[])["-pkeyopt", option], "-nodes", "-subj", "/CN=a.test", "-keyout", "-"]);
        return credentials.Write($"{Guid.NewGuid()}.pem", command.ReadToEnd());
    }
}
