namespace Weir.Http;

/// <summary>What the codec found out about one field line; facts for the forwarder, never orders.</summary>
[Flags]
public enum FieldFlags : byte
{
    None = 0,

    /// <summary>
    /// Must not reach the other side: control characters, an empty name, no colon, a repeated Content-Length, or a
    /// Content-Length beside Transfer-Encoding. Source: http-desync-guardian, headers it marks as bad.
    /// </summary>
    NotForwarded = 1,

    /// <summary>The name is not <c>[-A-Za-z0-9]+</c>. Source: ALB user guide, drop_invalid_header_fields.</summary>
    InvalidName = 2,

    /// <summary>Belongs to this hop, by its name or because Connection names it. Source: RFC 9110 §7.6.1.</summary>
    HopByHop = 4,

    /// <summary>Not written as Transfer-Encoding, but with the same letters and digits.</summary>
    LooksLikeTransferEncoding = 8,

    /// <summary>Not written as Content-Length, but with the same letters and digits.</summary>
    LooksLikeContentLength = 16,

    /// <summary>
    /// Came as the continuation of a folded line, and goes on as a field of its own.
    /// Source: ALB user guide (multi-line headers are not supported).
    /// </summary>
    Folded = 32,

    /// <summary>
    /// Came as a literal that must never be indexed, and must go on over HTTP/2 as one. Source: RFC 7541 §6.2.3.
    /// </summary>
    NeverIndexed = 64,
}
