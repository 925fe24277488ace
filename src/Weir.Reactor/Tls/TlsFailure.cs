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
            Kind = KindOf(error),
            Refused = TlsClientCheck.TakeRefused(),
        };
    }

    private static TlsFailureKind KindOf(nuint error) => (OpenSslAbi.LibraryOf(error), OpenSslAbi.ReasonOf(error)) switch
    {
        (OpenSslAbi.ERR_LIB_ASN1, _) => TlsFailureKind.Unreadable,
        (OpenSslAbi.ERR_LIB_SSL, OpenSslAbi.SSL_R_EXCESSIVE_MESSAGE_SIZE) => TlsFailureKind.MessageTooLarge,
        (OpenSslAbi.ERR_LIB_SSL, OpenSslAbi.SSL_R_BAD_SIGNATURE) => TlsFailureKind.SignatureWrong,
        (OpenSslAbi.ERR_LIB_SSL, OpenSslAbi.SSL_R_WRONG_SIGNATURE_TYPE) => TlsFailureKind.SignatureTypeWrong,
        _ => TlsFailureKind.Other,
    };

    private static string Describe(TlsVerifyError error) => error switch
    {
        TlsVerifyError.TypeUnsupported => "its key or its signature is of a kind that is not supported",
        TlsVerifyError.TooLarge => "it is too large",
        _ => OpenSsl.DescribeVerification((nint)error),
    };
}
