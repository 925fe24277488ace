using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>A server's questions to its clients for certificates, and OpenSSL's questions about what they show.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class TlsClientCheck
{
    private const int LeastRsaBits = 2048;
    private const int MostRsaBits = 8192;

    // Between the question during a handshake and the end of the call that it was part of, on one thread.
    [ThreadStatic]
    private static TlsPeerCertificate? _refused;

    public static void UseIn(nint context, TlsClientAuthentication authentication)
    {
        _ = OpenSsl.SSL_CTX_ctrl(context, OpenSslAbi.SSL_CTRL_SET_MAX_CERT_LIST, TlsClientAuthentication.MaxMessageBytes, null);
        // Source: ALB user guide, mutual TLS: no resumption. A ticket would stand for a certificate that may be revoked by now.
        _ = OpenSsl.SSL_CTX_set_options(context, OpenSslAbi.SSL_OP_NO_TICKET);
        _ = OpenSsl.SSL_CTX_set_num_tickets(context, 0);
        if (authentication.TrustStore is not { } store)
        {
            OpenSsl.SSL_CTX_set_verify(context, OpenSslAbi.SSL_VERIFY_PEER, null);
            TakeAnyIn(context);
            return;
        }

        OpenSsl.SSL_CTX_set_verify(
            context,
            OpenSslAbi.SSL_VERIFY_PEER | OpenSslAbi.SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
            authentication.IgnoresExpiry ? &TolerateExpired : &Tolerate);
        OpenSsl.SSL_CTX_set_cert_verify_callback(context, &Verify, null);
        // OpenSSL counts what lies between the client's own certificate and the authority.
        OpenSsl.SSL_CTX_set_verify_depth(context, TlsClientAuthentication.MaxChain - 2);
        store.UseIn(context, authentication.AdvertisesAuthorities);
    }

    /// <summary>
    /// Whatever certificate the peer shows is taken. Without it OpenSSL would build and check a chain, also where its finding
    /// counts for nothing, and remember what it saw with the certificate.
    /// </summary>
    public static void TakeAnyIn(nint context) => OpenSsl.SSL_CTX_set_cert_verify_callback(context, &TakeAny, null);

    /// <summary>The certificate that was refused in the call that has just ended, once.</summary>
    public static TlsPeerCertificate? TakeRefused()
    {
        TlsPeerCertificate? refused = _refused;
        _refused = null;
        return refused;
    }

    // What is signed with the certificate's key is checked all the same.
    [UnmanagedCallersOnly]
    private static int TakeAny(nint chain, void* argument)
    {
        OpenSsl.X509_STORE_CTX_set_error(chain, (int)TlsVerifyError.None);
        return 1;
    }

    [UnmanagedCallersOnly]
    private static int Verify(nint chain, void* argument)
    {
        _refused = null;
        nint leaf = OpenSsl.X509_STORE_CTX_get0_cert(chain);
        bool isTrusted = OpenSsl.X509_verify_cert(chain) == 1;
        TlsVerifyError error = !isTrusted ? (TlsVerifyError)OpenSsl.X509_STORE_CTX_get_error(chain)
            : OpenSsl.i2d_X509(leaf, null) > TlsClientAuthentication.MaxCertificateBytes ? TlsVerifyError.TooLarge
            : !IsSupported(leaf) ? TlsVerifyError.TypeUnsupported
            : TlsVerifyError.None;
        if (isTrusted && error == TlsVerifyError.None)
        {
            return 1;
        }

        // Without memory OpenSSL refuses and names no reason.
        OpenSsl.X509_STORE_CTX_set_error(chain, (int)(error == TlsVerifyError.None ? TlsVerifyError.NotTrusted : error));
        _refused = TlsPeerCertificate.Of(leaf);
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int Tolerate(int accepted, nint chain) => accepted == 1 || IsTolerable(chain, ignoresExpiry: false) ? 1 : 0;

    [UnmanagedCallersOnly]
    private static int TolerateExpired(int accepted, nint chain) => accepted == 1 || IsTolerable(chain, ignoresExpiry: true) ? 1 : 0;

    private static bool IsTolerable(nint chain, bool ignoresExpiry)
    {
        bool tolerable = (TlsVerifyError)OpenSsl.X509_STORE_CTX_get_error(chain) switch
        {
            // An authority without a revocation list has revoked nothing.
            TlsVerifyError.CrlNotFound => true,
            TlsVerifyError.Expired => ignoresExpiry && OpenSsl.X509_STORE_CTX_get_error_depth(chain) == 0,
            _ => false,
        };
        if (tolerable)
        {
            OpenSsl.X509_STORE_CTX_set_error(chain, (int)TlsVerifyError.None);
        }

        return tolerable;
    }

    // Source: ALB user guide, mutual TLS: requirements of certificates
    private static bool IsSupported(nint certificate)
    {
        int hash;
        if (OpenSsl.X509_get_version(certificate) != OpenSslAbi.X509_VERSION_3
            || OpenSsl.X509_get_signature_info(certificate, &hash, null, null, null) != 1
            || hash is not (OpenSslAbi.NID_sha256 or OpenSslAbi.NID_sha384 or OpenSslAbi.NID_sha512))
        {
            return false;
        }

        nint key = OpenSsl.X509_get0_pubkey(certificate);
        return key != 0 && OpenSsl.EVP_PKEY_get_id(key) switch
        {
            OpenSslAbi.EVP_PKEY_RSA or OpenSslAbi.EVP_PKEY_RSA_PSS => OpenSsl.EVP_PKEY_get_bits(key) is >= LeastRsaBits and <= MostRsaBits,
            OpenSslAbi.EVP_PKEY_EC => TlsKeys.HasUsedCurve(key),
            _ => false,
        };
    }
}
