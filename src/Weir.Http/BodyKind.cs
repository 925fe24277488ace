namespace Weir.Http;

/// <summary>How the end of a body is found. Source: RFC 9112 §6.3.</summary>
public enum BodyKind : byte
{
    /// <summary>No body follows the head.</summary>
    None,

    /// <summary>As many bytes as Content-Length says.</summary>
    Length,

    /// <summary>
    /// The body says itself where it ends: by the chunked transfer coding, in HTTP/2 by END_STREAM. On a hop of
    /// HTTP/1.1 it goes on in chunks.
    /// </summary>
    Chunked,

    /// <summary>All until the peer closes; responses only.</summary>
    UntilClose,
}
