using System.Runtime.Versioning;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>The connection log's tls_verify_status of handshakes that failed.</summary>
// Source: ALB user guide, connection log error reasons; which of OpenSSL's reasons has which name: ours, by their meaning. None
// is here for ClientCertRejected, which cannot come about: see docs/tls.md.
[SupportedOSPlatform("linux")]
internal static class VerifyStatus
{
    /// <summary>Of any handshake that did not fail for the client's certificate.</summary>
    public static ReadOnlySpan<byte> Unmapped => "Failed:UnmappedConnectionError"u8;

    /// <summary>Of one that failed when the listener had asked for a certificate.</summary>
    public static ReadOnlySpan<byte> Of(TlsFailure failure) => failure.VerifyError != TlsVerifyError.None
        ? Of(failure.VerifyError)
        : failure.Kind switch
        {
            TlsFailureKind.MessageTooLarge => "Failed:ClientCertMaxSizeExceeded"u8,
            TlsFailureKind.SignatureTypeWrong => "Failed:ClientCertIncompatible"u8,
            TlsFailureKind.SignatureWrong or TlsFailureKind.Unreadable => "Failed:ClientCertInvalid"u8,
            _ => Unmapped,
        };

    public static ReadOnlySpan<byte> Of(TlsVerifyError error)
    {
        switch (error)
        {
            case TlsVerifyError.ChainTooLong:
                return "Failed:ClientCertMaxChainDepthExceeded"u8;
            case TlsVerifyError.TooLarge:
                return "Failed:ClientCertMaxSizeExceeded"u8;
            case TlsVerifyError.Revoked:
                return "Failed:ClientCertCrlHit"u8;
            case TlsVerifyError.CrlNotFound or TlsVerifyError.CrlSignatureUndecipherable or TlsVerifyError.CrlSignatureWrong
                or TlsVerifyError.CrlNotYetValid or TlsVerifyError.CrlExpired or TlsVerifyError.CrlLastUpdateUnreadable
                or TlsVerifyError.CrlNextUpdateUnreadable or TlsVerifyError.CrlIssuerNotFound or TlsVerifyError.KeyMayNotSignCrls
                or TlsVerifyError.UnknownCriticalCrlExtension or TlsVerifyError.CrlScopeDifferent or TlsVerifyError.CrlPathInvalid:
                return "Failed:ClientCertCrlProcessingError"u8;
            case TlsVerifyError.IssuerNotFound or TlsVerifyError.IssuerNotFoundLocally or TlsVerifyError.LeafNotVerifiable
                or TlsVerifyError.SelfSigned or TlsVerifyError.SelfSignedInChain or TlsVerifyError.NotTrusted
                or TlsVerifyError.IssuerMismatch or TlsVerifyError.KeyIdentifierMismatch or TlsVerifyError.SerialMismatch:
                return "Failed:ClientCertUntrusted"u8;
            case TlsVerifyError.NotYetValid:
                return "Failed:ClientCertNotYetValid"u8;
            case TlsVerifyError.Expired:
                return "Failed:ClientCertExpired"u8;
            case TlsVerifyError.TypeUnsupported or TlsVerifyError.LeafKeyTooSmall or TlsVerifyError.IssuerKeyTooSmall
                or TlsVerifyError.HashTooWeak:
                return "Failed:ClientCertTypeUnsupported"u8;
            case TlsVerifyError.PurposeWrong:
                return "Failed:ClientCertPurposeInvalid"u8;
            case TlsVerifyError.SignatureUndecipherable or TlsVerifyError.SignatureWrong or TlsVerifyError.IssuerKeyUndecodable
                or TlsVerifyError.NotBeforeUnreadable or TlsVerifyError.NotAfterUnreadable or TlsVerifyError.IssuerHasNoKey
                or TlsVerifyError.PathLengthExceeded or TlsVerifyError.KeyMayNotSignCertificates
                or TlsVerifyError.UnknownCriticalExtension or TlsVerifyError.ExtensionInvalid or TlsVerifyError.NameNotPermitted
                or TlsVerifyError.NameExcluded or TlsVerifyError.NotACertificateAuthority:
                return "Failed:ClientCertInvalid"u8;
            default:
                return Unmapped;
        }
    }
}
