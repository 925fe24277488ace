namespace Weir.Reactor;

/// <summary>Why a certificate was not accepted, by OpenSSL's numbers; those from 1,000 on are our own.</summary>
// Source: openssl/x509_vfy.h of OpenSSL 3.0, X509_V_ERR_…
public enum TlsVerifyError
{
    None = 0,
    IssuerNotFound = 2,
    CrlNotFound = 3,
    SignatureUndecipherable = 4,
    CrlSignatureUndecipherable = 5,
    IssuerKeyUndecodable = 6,
    SignatureWrong = 7,
    CrlSignatureWrong = 8,
    NotYetValid = 9,
    Expired = 10,
    CrlNotYetValid = 11,
    CrlExpired = 12,
    NotBeforeUnreadable = 13,
    NotAfterUnreadable = 14,
    CrlLastUpdateUnreadable = 15,
    CrlNextUpdateUnreadable = 16,
    SelfSigned = 18,
    SelfSignedInChain = 19,
    IssuerNotFoundLocally = 20,
    LeafNotVerifiable = 21,
    ChainTooLong = 22,
    Revoked = 23,
    IssuerHasNoKey = 24,
    PathLengthExceeded = 25,
    PurposeWrong = 26,
    NotTrusted = 27,
    IssuerMismatch = 29,
    KeyIdentifierMismatch = 30,
    SerialMismatch = 31,
    KeyMayNotSignCertificates = 32,
    CrlIssuerNotFound = 33,
    UnknownCriticalExtension = 34,
    KeyMayNotSignCrls = 35,
    UnknownCriticalCrlExtension = 36,
    ExtensionInvalid = 41,
    CrlScopeDifferent = 44,
    NameNotPermitted = 47,
    NameExcluded = 48,
    CrlPathInvalid = 54,
    LeafKeyTooSmall = 66,
    IssuerKeyTooSmall = 67,
    HashTooWeak = 68,
    NotACertificateAuthority = 79,

    /// <summary>Neither X.509v3 with RSA of 2,048 to 8,192 bits nor with ECDSA on P-256, P-384 or P-521, or not signed with SHA-2.</summary>
    TypeUnsupported = 1000,

    /// <summary>Larger than a certificate may be.</summary>
    TooLarge = 1001,
}
