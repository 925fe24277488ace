using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Reactor;

/// <summary>
/// A server's certificate with its chain and key, and what it is chosen by. Never changes once made; any number of contexts may
/// use it. It is gone when nobody holds it and the last of them is gone.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed unsafe class TlsCertificate
{
    private readonly List<nint> _chain = [];
    private nint _key;
    private TlsChainRemarks? _remarks;

    private TlsCertificate(string file) => File = file;

    ~TlsCertificate()
    {
        _chain.ForEach(OpenSsl.X509_free);
        OpenSsl.EVP_PKEY_free(_key);
    }

    /// <summary>Where it was read from.</summary>
    public string File { get; }

    /// <summary>Lower case, without a final dot; the first label may be a star. Those of the SAN, or the common name where there are none.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>As RFC 2253 writes names, in ASCII: <c>CN=a,O=b</c>.</summary>
    public string Subject { get; private set; } = "";

    public bool IsEcdsa { get; private set; }

    public int KeyBits { get; private set; }

    /// <summary>Of the hash in its signature; 0: a broken one or an unknown one.</summary>
    public int HashBits { get; private set; }

    public DateTimeOffset NotBefore { get; private set; }

    public DateTimeOffset NotAfter { get; private set; }

    /// <summary>SHA-256 over it.</summary>
    public string Fingerprint { get; private set; } = "";

    /// <summary>OpenSSL's, for comparing.</summary>
    internal nint X509 => _chain[0];

    /// <summary>
    /// Reads the chain of one PEM file, the server's own certificate first, and the private key of another (or the same). A
    /// problem names the file and what is wrong with it.
    /// </summary>
    /// <param name="certificateFile">The chain's.</param>
    /// <param name="privateKeyFile">The key's.</param>
    /// <param name="files">Keeps what can be read only once; without it, it is read for this call.</param>
    public static TlsCertificateOutcome Load(string certificateFile, string privateKeyFile, TlsFiles? files = null)
    {
        files ??= new TlsFiles();
        if (TlsLibrary.Problem is { } missing)
        {
            return new TlsCertificateOutcome(null, missing);
        }

        var made = new TlsCertificate(certificateFile);
        string? problem = PemFiles.ReadCertificates(files, certificateFile, made._chain)
            ?? PemFiles.ReadPrivateKey(files, privateKeyFile, certificateFile, made._chain[0], out made._key)
            ?? made.Describe();
        // One that is given up must not be freed before the last call on it has returned.
        GC.KeepAlive(made);
        return problem is null ? new TlsCertificateOutcome(made, "") : new TlsCertificateOutcome(null, problem);
    }

    /// <summary>Whether it is valid at that second.</summary>
    public TlsValidity ValidityAt(long unixSeconds) =>
        unixSeconds > NotAfter.ToUnixTimeSeconds() ? TlsValidity.Expired
        : unixSeconds < NotBefore.ToUnixTimeSeconds() ? TlsValidity.NotYet
        : TlsValidity.Valid;

    /// <summary>
    /// What its owner should know on that day though it can be used, of each certificate in its file: sentences that name it. It has
    /// expired, is not valid yet, expires soon, or has not issued the one before it. Costs next to nothing, and reads no file.
    /// </summary>
    public IReadOnlyList<string> RemarksAt(DateTimeOffset now) => [.. _remarks!.At(now)];

    /// <summary>Whether a client that asks for this name may be shown it.</summary>
    public bool IsFor(string name) => Names.Contains(name) || (Wildcard(name) is { } wildcard && Names.Contains(wildcard));

    /// <summary>The name as names are compared: lower case, without a final dot.</summary>
    public static string Comparable(string name) => (name.EndsWith('.') ? name[..^1] : name).ToLowerInvariant();

    /// <summary>The pattern that stands for a name and its neighbours: a star is one whole label, the first. // Source: RFC 6125 §6.4.3</summary>
    public static string? Wildcard(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? "*" + name[dot..] : null;
    }

    /// <summary>Gives it to a context, which holds it for itself then.</summary>
    internal string? UseIn(nint context)
    {
        OpenSsl.ERR_clear_error();
        string? problem = OpenSsl.SSL_CTX_use_certificate(context, X509) != 1
                ? $"{File}: OpenSSL does not accept certificate 1: {PemFiles.LastError()}."
            : OpenSsl.SSL_CTX_use_PrivateKey(context, _key) != 1
                ? $"{File}: OpenSSL does not accept its private key: {PemFiles.LastError()}."
            : null;
        for (int i = 1; i < _chain.Count && problem is null; i++)
        {
            // 1: the context takes a hold of its own.
            problem = OpenSsl.SSL_CTX_ctrl(context, OpenSslAbi.SSL_CTRL_CHAIN_CERT, 1, (void*)_chain[i]) == 1
                ? null
                : $"{File}: OpenSSL does not accept certificate {i + 1}: {PemFiles.LastError()}.";
        }

        GC.KeepAlive(this);
        return problem;
    }

    private string? Describe()
    {
        if (TlsKeys.Unfit(X509) is { } key)
        {
            return $"{File}: the certificate's key is {key}; what can be used is {TlsKeys.Allowed}.";
        }

        nint publicKey = OpenSsl.X509_get0_pubkey(X509);
        IsEcdsa = OpenSsl.EVP_PKEY_get_id(publicKey) == OpenSslAbi.EVP_PKEY_EC;
        KeyBits = OpenSsl.EVP_PKEY_get_bits(publicKey);
        byte[] der = TlsPeerCertificate.DerOf(X509);
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
        Subject = TlsPeerCertificate.NameOf(OpenSsl.X509_get_subject_name(X509));
        HashBits = HashBitsOf(certificate.SignatureAlgorithm.Value);
        NotBefore = certificate.NotBefore.ToUniversalTime();
        NotAfter = certificate.NotAfter.ToUniversalTime();
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(der));
        Names = NamesOf(certificate);
        _remarks = TlsChainRemarks.Of(File, _chain, Names[0]);
        return null;
    }

    private static string[] NamesOf(X509Certificate2 certificate)
    {
        string[] names =
        [
            .. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .SelectMany(static extension => extension.EnumerateDnsNames())
                .Select(Comparable),
        ];
        return names.Length > 0 ? names : [Comparable(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false))];
    }

    // Source: RFC 4055 §5, RFC 5758 §3.2
    private static int HashBitsOf(string? signatureAlgorithm) => signatureAlgorithm switch
    {
        "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => 256,
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => 384,
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => 512,
        "1.2.840.113549.1.1.5" or "1.2.840.10045.4.1" => 160,
        _ => 0,
    };
}
