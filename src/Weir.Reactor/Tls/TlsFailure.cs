using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>What ended TLS on a connection, as OpenSSL tells it. Immutable.</summary>
[SupportedOSPlatform("linux")]
public sealed class TlsFailure
{
    private TlsFailure(string sentence) => Sentence = sentence;

    /// <summary>OpenSSL's words.</summary>
    public string Sentence { get; }

    /// <summary>Of a handshake that failed for the peer's certificate.</summary>
    public TlsVerifyError VerifyError { get; private init; }

    public TlsFailureKind Kind { get; private init; }

    /// <summary>The client's certificate, if it was refused.</summary>
    public TlsPeerCertificate? Refused { get; private init; }

    /// <summary>To be asked at once after the call that failed, on the same thread.</summary>
    internal static TlsFailure Of(nint ssl, bool verifies)
    {
        nuint error = OpenSsl.ERR_peek_error();
        var verified = verifies ? (TlsVerifyError)OpenSsl.SSL_get_verify_result(ssl) : TlsVerifyError.None;
        return new TlsFailure(verified == TlsVerifyError.None ? OpenSsl.Describe(error) : $"the certificate is not trusted ({Describe(verified)})")
        {
            VerifyError = verified,
            Kind = verified == TlsVerifyError.None ? KindOf(error) : TlsFailureKind.Untrusted,
            Refused = TlsClientCheck.TakeRefused(),
        };
    }

    /// <summary>Of a peer that keeps us busy with TLS alone.</summary>
    internal static TlsFailure WithoutData(int bytes) => new($"more than {bytes} bytes of TLS in a row without any data")
    {
        Kind = TlsFailureKind.WithoutData,
    };

    private static TlsFailureKind KindOf(nuint error) => (OpenSslAbi.LibraryOf(error), OpenSslAbi.ReasonOf(error)) switch
    {
        (OpenSslAbi.ERR_LIB_ASN1, _) => TlsFailureKind.Unreadable,
        (OpenSslAbi.ERR_LIB_SSL, OpenSslAbi.SSL_R_EXCESSIVE_MESSAGE_SIZE) => TlsFailureKind.MessageTooLarge,
        (OpenSslAbi.ERR_LIB_SSL, OpenSslAbi.SSL_R_BAD_SIGNATURE) => TlsFailureKind.SignatureWrong,
        (OpenSslAbi.ERR_LIB_SSL, OpenSslAbi.SSL_R_WRONG_SIGNATURE_TYPE) => TlsFailureKind.SignatureTypeWrong,
        (OpenSslAbi.ERR_LIB_SSL, OpenSslAbi.SSL_R_HTTP_REQUEST or OpenSslAbi.SSL_R_WRONG_VERSION_NUMBER
            or OpenSslAbi.SSL_R_PACKET_LENGTH_TOO_LONG) => TlsFailureKind.NotTls,
        (OpenSslAbi.ERR_LIB_SSL, OpenSslAbi.SSL_R_NO_APPLICATION_PROTOCOL) => TlsFailureKind.NoApplicationProtocol,
        (OpenSslAbi.ERR_LIB_SSL, OpenSslAbi.SSL_R_UNSUPPORTED_PROTOCOL or OpenSslAbi.SSL_R_WRONG_SSL_VERSION
            or OpenSslAbi.SSL_R_NO_SHARED_CIPHER) => TlsFailureKind.NothingInCommon,
        (OpenSslAbi.ERR_LIB_SSL, var reason and > OpenSslAbi.SSL_AD_REASON_OFFSET) => KindOfAlert(reason - OpenSslAbi.SSL_AD_REASON_OFFSET),
        _ => TlsFailureKind.Other,
    };

    // Source: RFC 8446 §6.2; RFC 5246 §7.2.2.
    private static TlsFailureKind KindOfAlert(int alert) => alert switch
    {
        OpenSslAbi.SSL_AD_HANDSHAKE_FAILURE or OpenSslAbi.SSL_AD_PROTOCOL_VERSION or OpenSslAbi.SSL_AD_INSUFFICIENT_SECURITY
            => TlsFailureKind.NothingInCommon,
        OpenSslAbi.SSL_AD_BAD_CERTIFICATE or OpenSslAbi.SSL_AD_UNSUPPORTED_CERTIFICATE or OpenSslAbi.SSL_AD_CERTIFICATE_REVOKED
            or OpenSslAbi.SSL_AD_CERTIFICATE_EXPIRED or OpenSslAbi.SSL_AD_CERTIFICATE_UNKNOWN or OpenSslAbi.SSL_AD_UNKNOWN_CA
            or OpenSslAbi.SSL_AD_ACCESS_DENIED or OpenSslAbi.SSL_AD_CERTIFICATE_REQUIRED => TlsFailureKind.CertificateWanted,
        OpenSslAbi.SSL_AD_UNRECOGNIZED_NAME => TlsFailureKind.NameUnknown,
        OpenSslAbi.SSL_AD_NO_APPLICATION_PROTOCOL => TlsFailureKind.NoApplicationProtocol,
        _ => TlsFailureKind.Other,
    };

    private static string Describe(TlsVerifyError error) => error switch
    {
        TlsVerifyError.TypeUnsupported => "its key or its signature is of a kind that is not supported",
        TlsVerifyError.TooLarge => "it is too large",
        _ => OpenSsl.DescribeVerification((nint)error),
    };
}
