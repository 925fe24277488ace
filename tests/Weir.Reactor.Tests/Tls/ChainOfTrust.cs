using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Reactor.Tests.Tls;

/// <summary>
/// "leaf", issued by "intermediate", issued by "root"; a "stranger" that has issued nothing, and a "pretender" that calls itself root.
/// </summary>
public sealed class ChainOfTrust : IDisposable
{
    public static readonly DateTimeOffset IntermediateEnd = new(2050, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset _end = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Credentials _credentials = new();
    private readonly Dictionary<string, string> _pem = [];
    private readonly string _key;

    public ChainOfTrust()
    {
        using X509Certificate2 root = SelfSigned("root", "root");
        using X509Certificate2 stranger = SelfSigned("stranger", "stranger");
        using X509Certificate2 pretender = SelfSigned("pretender", "root");
        using X509Certificate2 intermediate = Issue("intermediate", root, IntermediateEnd, out _);
        using X509Certificate2 leaf = Issue("leaf", intermediate, IntermediateEnd, out _key);
    }

    /// <summary>What is to be known of the leaf with these in its file, in this order, on a day.</summary>
    public IReadOnlyList<string> Remarks(DateTimeOffset now, params string[] chain)
    {
        string file = _credentials.Write("chain.pem", string.Concat(chain.Select(name => _pem[name])) + _key);
        TlsCertificateOutcome outcome = TlsCertificate.Load(file, file);
        Assert.Equal("", outcome.Problem);
        return [.. outcome.Certificate!.RemarksAt(now).Select(remark => remark.Replace(file, "FILE", StringComparison.Ordinal))];
    }

    public void Dispose() => _credentials.Dispose();

    private X509Certificate2 SelfSigned(string name, string subject)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Add(name, Request(subject, key).CreateSelfSigned(DateTimeOffset.UnixEpoch, _end));
    }

    private X509Certificate2 Issue(string name, X509Certificate2 issuer, DateTimeOffset end, out string privateKey)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        privateKey = key.ExportPkcs8PrivateKeyPem() + '\n';
        using X509Certificate2 issued = Request(name, key).Create(issuer, DateTimeOffset.UnixEpoch, end, [1]);
        return Add(name, issued.CopyWithPrivateKey(key));
    }

    private X509Certificate2 Add(string name, X509Certificate2 certificate)
    {
        _pem.Add(name, certificate.ExportCertificatePem() + '\n');
        return certificate;
    }

    private static CertificateRequest Request(string subject, ECDsa key)
    {
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(subject != "leaf", false, 0, true));
        return request;
    }
}
