namespace Weir.Reactor;

/// <summary>What ended TLS, as far as it says what to look for: in a client's certificate, or with a server.</summary>
public enum TlsFailureKind
{
    Other,

    /// <summary>A message of a handshake is larger than its kind may be.</summary>
    MessageTooLarge,

    /// <summary>What the peer has signed is not signed with the key of its certificate.</summary>
    SignatureWrong,

    /// <summary>It has signed in a way that was not offered, or that its key is not for.</summary>
    SignatureTypeWrong,

    /// <summary>What stands in the place of a certificate is none.</summary>
    Unreadable,

    /// <summary>Its certificate is not trusted: <see cref="TlsFailure.VerifyError"/>.</summary>
    Untrusted,

    /// <summary>What it has sent is no record of TLS: it speaks something else.</summary>
    NotTls,

    /// <summary>One of the two found no version, cipher or group that both have.</summary>
    NothingInCommon,

    /// <summary>It speaks none of the protocols that were offered by ALPN. Source: RFC 7301 §3.2.</summary>
    NoApplicationProtocol,

    /// <summary>It wants a certificate, or another than it was shown. Source: RFC 8446 §6.2.</summary>
    CertificateWanted,

    /// <summary>It serves no name like the one that it was asked for. Source: RFC 6066 §3.</summary>
    NameUnknown,

    /// <summary>More TLS in a row without data than it may send: key updates, tickets.</summary>
    WithoutData,
}
