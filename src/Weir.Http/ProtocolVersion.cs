namespace Weir.Http;

/// <summary>The version whose rules a message follows; HTTP/1.2 to 1.9 follow those of 1.1 (RFC 9110 §2.5).</summary>
public enum ProtocolVersion : byte
{
    Http09,
    Http10,
    Http11,
    Http2,
}
