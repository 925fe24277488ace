namespace Weir.Http.Http2;

/// <summary>
/// What a peer did against the protocol, or against what one peer may cost: a closed list, one reason each. What
/// follows from it stands in <see cref="Http2Faults"/>.
/// </summary>
public enum Http2Fault : byte
{
    None,

    /// <summary>The client did not begin with the 24 octets. Source: RFC 9113 §3.4.</summary>
    InvalidPreface,

    /// <summary>The first frame is no SETTINGS, or an acknowledgement. Source: RFC 9113 §3.4.</summary>
    FirstFrameNotSettings,

    /// <summary>The same, and what stands there is an answer in HTTP/1: the server does not speak HTTP/2.</summary>
    Http1Answer,

    /// <summary>A frame over SETTINGS_MAX_FRAME_SIZE. Source: RFC 9113 §4.2.</summary>
    FrameTooLarge,

    /// <summary>
    /// A frame that is longer or shorter than its type says. Source: RFC 9113 §6.4, §6.5, §6.7, §6.8, §6.9.
    /// </summary>
    WrongFrameSize,

    /// <summary>The same of PRIORITY, which concerns its stream only. Source: RFC 9113 §6.3.</summary>
    WrongPrioritySize,

    /// <summary>Stream 0 in a frame that is of a stream. Source: RFC 9113 §6.1–§6.4, §6.10.</summary>
    NoStream,

    /// <summary>A stream in a frame that is of the connection. Source: RFC 9113 §6.5, §6.7, §6.8.</summary>
    NotOfAStream,

    /// <summary>Padding as long as the payload, or longer. Source: RFC 9113 §6.1, §6.2.</summary>
    PaddingTooLong,

    /// <summary>Another frame where a field block has to go on. Source: RFC 9113 §6.2, §6.10, §5.5.</summary>
    FieldBlockInterrupted,

    /// <summary>CONTINUATION where no field block is open. Source: RFC 9113 §6.10.</summary>
    ContinuationUnexpected,

    /// <summary>A client cannot push, and servers are told not to. Source: RFC 9113 §8.4, §6.6.</summary>
    PushPromise,

    /// <summary>WINDOW_UPDATE by 0 of a stream. Source: RFC 9113 §6.9.</summary>
    ZeroIncrement,

    /// <summary>WINDOW_UPDATE by 0 of the connection. Source: RFC 9113 §6.9.</summary>
    ZeroConnectionIncrement,

    /// <summary>SETTINGS_ENABLE_PUSH neither 0 nor 1, or 1 from a server. Source: RFC 9113 §6.5.2.</summary>
    InvalidEnablePush,

    /// <summary>SETTINGS_INITIAL_WINDOW_SIZE over 31 bits. Source: RFC 9113 §6.5.2.</summary>
    InvalidInitialWindow,

    /// <summary>SETTINGS_MAX_FRAME_SIZE out of its range. Source: RFC 9113 §6.5.2.</summary>
    InvalidMaxFrameSize,

    /// <summary>
    /// A field block that cannot be decoded: see <see cref="Hpack.HpackFault"/>. Source: RFC 9113 §4.3.
    /// </summary>
    FieldBlockInvalid,

    /// <summary>
    /// A message against the rules of HTTP: see <see cref="Messages.MessageFault"/>. Source: RFC 9113 §8.1.1.
    /// </summary>
    MalformedMessage,

    /// <summary>
    /// A frame other than HEADERS and PRIORITY on a stream that was not opened. Source: RFC 9113 §5.1.
    /// </summary>
    FrameOnIdleStream,

    /// <summary>
    /// A new stream with an even number, or one that was left out before. Source: RFC 9113 §5.1.1.
    /// </summary>
    InvalidStreamId,

    /// <summary>DATA or HEADERS after the peer's END_STREAM. Source: RFC 9113 §5.1, half-closed (remote).</summary>
    FrameAfterEndStream,

    /// <summary>
    /// DATA or HEADERS after the peer's RST_STREAM, or DATA on a stream that is finished or was left out.
    /// Source: RFC 9113 §5.1, §6.1.
    /// </summary>
    FrameOnClosedStream,

    /// <summary>HEADERS on a finished stream, which opens none. Source: RFC 9113 §5.1.</summary>
    HeadersOnClosedStream,

    /// <summary>
    /// A stream over SETTINGS_MAX_CONCURRENT_STREAMS; it may be sent again. Source: RFC 9113 §5.1.2, §8.7.
    /// </summary>
    TooManyStreams,

    /// <summary>WINDOW_UPDATE beyond 31 bits, of a stream. Source: RFC 9113 §6.9.1.</summary>
    WindowOverflow,

    /// <summary>The same of the connection. Source: RFC 9113 §6.9.1.</summary>
    ConnectionWindowOverflow,

    /// <summary>SETTINGS_INITIAL_WINDOW_SIZE brings a window beyond 31 bits. Source: RFC 9113 §6.9.2.</summary>
    InitialWindowOverflow,

    /// <summary>More DATA than the window of the stream allows. Source: RFC 9113 §6.9.1.</summary>
    WindowExceeded,

    /// <summary>More DATA than the window of the connection allows. Source: RFC 9113 §6.9.1.</summary>
    ConnectionWindowExceeded,

    /// <summary><see cref="Http2Limits.ResetBurst"/>: CVE-2023-44487 and, caused from afar, CVE-2025-8671.</summary>
    ResetFlood,

    /// <summary><see cref="Http2Limits.ContinuationsPerBlock"/>: CVE-2024-27316 and its kin.</summary>
    ContinuationFlood,

    /// <summary><see cref="Http2Limits.SettingsBurst"/>: CVE-2019-9515.</summary>
    SettingsFlood,

    /// <summary><see cref="Http2Limits.PingBurst"/>: CVE-2019-9512.</summary>
    PingFlood,

    /// <summary><see cref="Http2Limits.PriorityPerStream"/>: CVE-2019-9513.</summary>
    PriorityFlood,

    /// <summary><see cref="Http2Limits.WindowUpdateBurst"/>.</summary>
    WindowUpdateFlood,

    /// <summary><see cref="Http2Limits.EmptyFramesInARow"/>: CVE-2019-9518.</summary>
    EmptyFrameFlood,

    /// <summary><see cref="Http2Limits.UnknownFrameBurst"/>.</summary>
    UnknownFrameFlood,

    /// <summary><see cref="Http2Limits.OverheadBytes"/>.</summary>
    OverheadFlood,

    /// <summary>
    /// A peer that asks and never takes, for as long as a connection may be idle (<see cref="Defences.StallWatch"/>).
    /// </summary>
    WindowStall,
}
