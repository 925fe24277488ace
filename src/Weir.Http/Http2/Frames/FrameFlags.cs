namespace Weir.Http.Http2.Frames;

/// <summary>
/// The flags of frames; what they mean depends on the type, and unused ones mean nothing. Source: RFC 9113 §6.
/// </summary>
[Flags]
public enum FrameFlags : byte
{
    None = 0,

    /// <summary>DATA and HEADERS: END_STREAM. SETTINGS and PING: ACK.</summary>
    EndStreamOrAck = 0x1,

    EndHeaders = 0x4,
    Padded = 0x8,
    Priority = 0x20,
}
