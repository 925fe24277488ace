using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>
/// The authorities whose word a server takes for its clients' certificates, and what they have revoked. Never changes once made;
/// any number of contexts may use it. It is gone when nobody holds it and the last of them is gone.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed unsafe class TlsTrustStore
{
    // Source: ALB user guide, quotas of trust stores
    private const int MaxAuthorities = 25;
    private const int MaxAuthorityBytes = 16 * 1024;
    private const int MaxNameBytes = 10_000;
    private const int MaxLists = 30;
    private const int MaxListBytes = 50 * 1024 * 1024;
    private const int MaxRevoked = 500_000;

    private readonly nint _store;
    private readonly List<nint> _authorities = [];
    private readonly List<nint> _lists = [];
    private readonly List<TlsValidityPeriod> _periods = [];

    private TlsTrustStore() => _store = OpenSsl.X509_STORE_new();

    ~TlsTrustStore()
    {
        _authorities.ForEach(OpenSsl.X509_free);
        _lists.ForEach(OpenSsl.X509_CRL_free);
        OpenSsl.X509_STORE_free(_store);
    }

    /// <summary>Reads PEM files: one with certificates of authorities, and any number with revocation lists. A problem names its file.</summary>
    /// <param name="authoritiesFile">The authorities'.</param>
    /// <param name="revocationFiles">The lists'.</param>
    /// <param name="files">Keeps what can be read only once.</param>
    public static TlsTrustStoreOutcome Load(string authoritiesFile, IReadOnlyList<string> revocationFiles, TlsFiles files)
    {
        if (TlsLibrary.Problem is { } missing)
        {
            return new TlsTrustStoreOutcome(null, missing);
        }

        var made = new TlsTrustStore();
        string? problem = PemFiles.ReadCertificates(files, authoritiesFile, made._authorities) ?? made.AddAuthorities(authoritiesFile);
        if (revocationFiles.Count > MaxLists)
        {
            problem ??= $"there are {revocationFiles.Count} files of revocation lists; {MaxLists} may be.";
        }

        foreach (string file in revocationFiles)
        {
            int before = made._lists.Count;
            problem ??= PemFiles.ReadRevocationLists(files, file, MaxListBytes, made._lists);
            made._periods.AddRange(made._lists.Skip(before).Select(list => PeriodOf(list, file)));
        }

        problem ??= made.AddLists(revocationFiles);
        // One that is given up must not be freed before the last call on it has returned.
        GC.KeepAlive(made);
        return problem is null ? new TlsTrustStoreOutcome(made, "") : new TlsTrustStoreOutcome(null, problem);
    }

    /// <summary>
    /// What its owner should know on that day though it can be used: sentences that name the file, and what in it has expired, is not
    /// valid yet or expires soon. Costs next to nothing, and reads no file.
    /// </summary>
    public IReadOnlyList<string> RemarksAt(DateTimeOffset now) =>
        [.. _periods.Select(period => period.RemarkAt(now)).OfType<string>()];

    /// <summary>OpenSSL's revocation lists, which are this one's.</summary>
    internal IReadOnlyList<nint> Lists => _lists;

    /// <summary>Gives it to a context, which holds it for itself then.</summary>
    internal void UseIn(nint context, bool advertises)
    {
        // 1: the context takes a hold of its own. Only for verifying: a server's own chain is not completed from it.
        _ = OpenSsl.SSL_CTX_ctrl(context, OpenSslAbi.SSL_CTRL_SET_VERIFY_CERT_STORE, 1, (void*)_store);
        // An authority in the file is trusted as it is, signed by another one or not.
        uint flags = OpenSslAbi.X509_V_FLAG_PARTIAL_CHAIN
            | (_lists.Count > 0 ? OpenSslAbi.X509_V_FLAG_CRL_CHECK | OpenSslAbi.X509_V_FLAG_CRL_CHECK_ALL : 0);
        _ = OpenSsl.X509_VERIFY_PARAM_set_flags(OpenSsl.SSL_CTX_get0_param(context), flags);
        if (advertises)
        {
            _authorities.ForEach(authority => _ = OpenSsl.SSL_CTX_add_client_CA(context, authority));
        }

        GC.KeepAlive(this);
    }

    private string? AddAuthorities(string file)
    {
        if (_authorities.Count > MaxAuthorities)
        {
            return $"{file}: holds {_authorities.Count} certificates; {MaxAuthorities} may be in a trust store.";
        }

        int nameBytes = 0;
        for (int i = 0; i < _authorities.Count; i++)
        {
            nint authority = _authorities[i];
            string name = TlsPeerCertificate.NameOf(OpenSsl.X509_get_subject_name(authority));
            if (OpenSsl.X509_check_ca(authority) == 0)
            {
                return $"{file}: certificate {i + 1} ({name}) is not that of an authority (CA:TRUE).";
            }

            if (OpenSsl.i2d_X509(authority, null) > MaxAuthorityBytes)
            {
                return $"{file}: certificate {i + 1} ({name}) is larger than {MaxAuthorityBytes / 1024} KiB.";
            }

            nameBytes += OpenSsl.i2d_X509_NAME(OpenSsl.X509_get_subject_name(authority), null);
            _ = OpenSsl.X509_STORE_add_cert(_store, authority);
            TlsPeerCertificate described = TlsPeerCertificate.Of(authority);
            _periods.Add(new TlsValidityPeriod(
                $"{file}: certificate {i + 1} ({name})", described.NotBefore, described.NotAfter, "clients with certificates of this authority are refused"));
        }

        return nameBytes <= MaxNameBytes
            ? null
            : $"{file}: the names of its authorities have {nameBytes} bytes; {MaxNameBytes} may be in a trust store.";
    }

    // OpenSSL refuses whom it has no list in force for, once it has one at all. Source: RFC 5280 §6.3.3
    private static TlsValidityPeriod PeriodOf(nint list, string file) => new(
        $"{file}: the revocation list of {TlsPeerCertificate.NameOf(OpenSsl.X509_CRL_get_issuer(list))}",
        TlsPeerCertificate.TimeOf(OpenSsl.X509_CRL_get0_lastUpdate(list)),
        TlsPeerCertificate.TimeOf(OpenSsl.X509_CRL_get0_nextUpdate(list)),
        "clients with certificates of that authority are refused");

    private string? AddLists(IReadOnlyList<string> files)
    {
        if (_lists.Count > MaxLists)
        {
            return $"{string.Join(", ", files)}: there are {_lists.Count} revocation lists; {MaxLists} may be in a trust store.";
        }

        long revoked = 0;
        foreach (nint list in _lists)
        {
            nint entries = OpenSsl.X509_CRL_get_REVOKED(list);
            revoked += entries == 0 ? 0 : OpenSsl.OPENSSL_sk_num(entries);
            // OpenSSL sorts a list when it is first asked for a certificate. Asked here, it does not do so on a loop, in a handshake:
            // 500,000 entries take some 0.4 s.
            nint entry;
            _ = OpenSsl.X509_CRL_get0_by_serial(list, &entry, OpenSsl.X509_get_serialNumber(_authorities[0]));
            _ = OpenSsl.X509_STORE_add_crl(_store, list);
        }

        return revoked <= MaxRevoked
            ? null
            : $"{string.Join(", ", files)}: {revoked} certificates are revoked; {MaxRevoked} may be in a trust store.";
    }
}
