namespace Weir.Reactor;

/// <summary>What was wrong with what a client sent, where that says something of its certificate.</summary>
public enum TlsFailureKind
{
    Other,

    /// <summary>A message of a handshake is larger than its kind may be.</summary>
    MessageTooLarge,

    /// <summary>What it has signed is not signed with the key of its certificate.</summary>
    SignatureWrong,

    /// <summary>It has signed in a way that was not offered, or that its key is not for.</summary>
    SignatureTypeWrong,

    /// <summary>What stands in the place of a certificate is none.</summary>
    Unreadable,
}
