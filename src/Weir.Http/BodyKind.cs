namespace Weir.Http;

/// <summary>How the end of a body is found. Source: RFC 9112 §6.3.</summary>
public enum BodyKind : byte
{
    /// <summary>No body follows the head.</summary>
    None,

    /// <summary>As many bytes as Content-Length says.</summary>
    Length,

    /// <summary>The chunked transfer coding.</summary>
    Chunked,

    /// <summary>All until the peer closes; responses only.</summary>
    UntilClose,
}
