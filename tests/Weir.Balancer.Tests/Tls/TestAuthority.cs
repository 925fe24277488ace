using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Reactor;

namespace Weir.Balancer.Tests.Tls;

/// <summary>An authority of its own, which issues what a test needs to clients. The world's clock begins with 2026.</summary>
internal sealed class TestAuthority
{
    public static readonly DateTimeOffset Past = new(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);
    public static readonly DateTimeOffset Yesterday = new(2025, 12, 31, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Tomorrow = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Future = new(2049, 6, 7, 8, 9, 10, TimeSpan.Zero);

    private static int _files;

    private readonly CertificateFolder _folder;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private readonly TestAuthority? _issuer;

    private TestAuthority(CertificateFolder folder, string name, TestAuthority? issuer, bool isAuthority, DateTimeOffset? until = null)
    {
        _folder = folder;
        _issuer = issuer;
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = issuer is null
            ? request.CreateSelfSigned(Past, Future)
            : request.Create(issuer._certificate.SubjectName, issuer.Signer, Past, until ?? Future, [1]).CopyWithPrivateKey(_key);
        File = folder.Write($"authority-{Interlocked.Increment(ref _files)}.pem", _certificate.ExportCertificatePem() + '\n');
    }

    /// <summary>Its certificate.</summary>
    public string File { get; }

    public string Pem => _certificate.ExportCertificatePem() + '\n';

    private X509SignatureGenerator Signer => X509SignatureGenerator.CreateForECDsa(_key);

    public static TestAuthority Root(CertificateFolder folder, string name = "Root") => new(folder, name, null, true);

    /// <summary>
    /// A file with another authority, and with this one and OpenSSL's word that it is not for clients: the only thing for which OpenSSL
    /// would reject a certificate outright, and one that nobody reads. Source: openssl x509 -trustout -addreject clientAuth
    /// </summary>
    public string RejectedBeside(TestAuthority other)
    {
        byte[] settings = [0x30, 0x0C, 0xA0, 0x0A, 0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];
        return _folder.Write(
            $"authority-{Interlocked.Increment(ref _files)}.pem",
            other.Pem + PemEncoding.WriteString("TRUSTED CERTIFICATE", [.. _certificate.RawData, .. settings]) + '\n');
    }

    /// <summary>One below it; with <paramref name="isAuthority"/> false it may not issue, and does so all the same.</summary>
    public TestAuthority Below(string name, bool isAuthority = true, DateTimeOffset? until = null) => new(_folder, name, this, isAuthority, until);

    /// <summary>A client's certificate, the chain up to the root (without it) and the key.</summary>
    public TlsCertificate Issue(Func<CertificateRequest, X509SignatureGenerator, X509Certificate2>? sign = null, string subject = "CN=client")
    {
        string file = IssueFile(out _, sign, subject);
        TlsCertificateOutcome loaded = TlsCertificate.Load(file, file);
        Assert.Equal("", loaded.Problem);
        return loaded.Certificate!;
    }

    public string IssueFile(
        out X509Certificate2 issued, Func<CertificateRequest, X509SignatureGenerator, X509Certificate2>? sign = null, string subject = "CN=client")
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        issued = (sign ?? ((made, _) => Sign(made)))(request, Signer);
        string chain = "";
        for (TestAuthority at = this; at._issuer is not null; at = at._issuer)
        {
            chain += at.Pem;
        }

        return _folder.Write(
            $"client-{Interlocked.Increment(ref _files)}.pem",
            $"{issued.ExportCertificatePem()}\n{chain}{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    public X509Certificate2 Sign(CertificateRequest request, DateTimeOffset? from = null, DateTimeOffset? until = null, byte[]? serial = null) =>
        request.Create(_certificate.SubjectName, Signer, from ?? Past, until ?? Future, serial ?? [0x03, 0xA5, 0xB1]);

    public X509Certificate2 SignWithSha1(CertificateRequest request) =>
        request.Create(_certificate.SubjectName, new Sha1Generator(_key), Past, Future, [1]);

    /// <summary>What it has revoked.</summary>
    public string Revoke(DateTimeOffset until, params byte[][] serials)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (byte[] serial in serials)
        {
            builder.AddEntry(serial, Past);
        }

        byte[] list = builder.Build(
            _certificate.SubjectName, Signer, 1, until, HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false), Past);
        return _folder.Write($"revoked-{Interlocked.Increment(ref _files)}.pem", PemEncoding.WriteString("X509 CRL", list) + '\n');
    }

#pragma warning disable CA5350 // It is what a load balancer has to refuse.
    private sealed class Sha1Generator(ECDsa key) : X509SignatureGenerator
    {
        // ecdsa-with-SHA1. Source: RFC 3279 §2.2.3
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) =>
            [0x30, 0x09, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01];

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) =>
            key.SignData(data, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);

        protected override PublicKey BuildPublicKey() => CreateForECDsa(key).PublicKey;
    }
#pragma warning restore CA5350
}
