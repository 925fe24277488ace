namespace Weir.Http.Http2;

/// <summary>
/// Every limit of the HTTP/2 codecs that is no limit of HTTP itself (<see cref="HttpLimits"/>), in one place. None is
/// configurable, because the load balancer that is imitated has none to configure.
/// </summary>
public static class Http2Limits
{
    /// <summary>
    /// Bytes of an HPACK dynamic table, in either direction: the initial value of SETTINGS_HEADER_TABLE_SIZE, so that
    /// nothing has to be announced. Source: RFC 9113 §6.5.2.
    /// </summary>
    public const int HeaderTableBytes = 4096;

    /// <summary>
    /// Bytes of one field as it comes, compressed; one that is longer ends the connection.
    /// Source: ALB user guide (8 K for a compressed header, GOAWAY).
    /// </summary>
    public const int CompressedFieldBytes = 8 * 1024;

    /// <summary>
    /// Bytes of a field section, each field counted with <see cref="FieldOverheadBytes"/>: what goes out as
    /// SETTINGS_MAX_HEADER_LIST_SIZE. Source: ALB user guide (64 K for all request headers); RFC 9113 §6.5.2.
    /// </summary>
    public const int FieldSectionBytes = HttpLimits.RequestHeadersBytes;

    /// <summary>What a field costs beyond its text. Source: RFC 7541 §4.1; RFC 9113 §6.5.2.</summary>
    public const int FieldOverheadBytes = 32;

    /// <summary>
    /// Octets of a frame's payload, in both directions until the peer allows more: the initial value of
    /// SETTINGS_MAX_FRAME_SIZE, and the smallest that it may have. Source: RFC 9113 §6.5.2.
    /// </summary>
    public const int FrameBytes = 16 * 1024;

    /// <summary>The largest value of SETTINGS_MAX_FRAME_SIZE. Source: RFC 9113 §6.5.2.</summary>
    public const int LargestFrameBytes = (1 << 24) - 1;

    /// <summary>Bytes that the frame reader may leave unread for the next call: less than a client's preface.</summary>
    public const int UnreadFrameBytes = 24;

    /// <summary>The first size of every flow-control window. Source: RFC 9113 §6.9.2.</summary>
    public const int InitialWindowBytes = 65_535;

    /// <summary>
    /// Streams that a client may have open at once: what goes out as SETTINGS_MAX_CONCURRENT_STREAMS.
    /// Source: ALB user guide (128).
    /// </summary>
    public const int ConcurrentStreams = 128;

    /// <summary>
    /// Closed streams of which it is kept how they ended, so that what still comes on them is answered rightly. What
    /// comes on older ones is dropped.
    /// </summary>
    public const int RememberedStreams = ConcurrentStreams;

    /// <summary>
    /// Stretches of numbers that a client has left out of which it is kept that no stream was opened there. What comes
    /// on older ones is dropped. Clients leave none out; one would do for any that has a fault there.
    /// </summary>
    public const int RememberedGaps = 8;

    /// <summary>
    /// RST_STREAM that a client may send at once, and the same number of stream errors that it may cause: a stream that
    /// is opened and reset costs us and not the client. Source: nghttp2, stream reset rate limit (1000, then 33 a
    /// second).
    /// </summary>
    public const int ResetBurst = 1000;

    /// <summary>How many of <see cref="ResetBurst"/> come back in a second.</summary>
    public const int ResetsPerSecond = 33;

    /// <summary>
    /// CONTINUATION after one HEADERS: with it a block of 64 K fits in frames of half the usual size.
    /// Source: nghttp2, maximum of CONTINUATION frames (8).
    /// </summary>
    public const int ContinuationsPerBlock = 8;

    /// <summary>
    /// SETTINGS at once, each of which has to be acknowledged; then <see cref="SettingsPerSecond"/>. Clients send one
    /// or two in the life of a connection.
    /// </summary>
    public const int SettingsBurst = 100;

    public const int SettingsPerSecond = 1;

    /// <summary>
    /// PING at once, each of which has to be answered; then <see cref="PingsPerSecond"/>, and one for every frame of
    /// DATA that we sent, because gRPC clients measure with them while they receive. Source: Envoy, control frames that
    /// may wait to be sent (1000).
    /// </summary>
    public const int PingBurst = 1000;

    public const int PingsPerSecond = 33;

    /// <summary>
    /// PRIORITY at once, and as many more for each stream that is opened.
    /// Source: Envoy, priority frames for each stream (100).
    /// </summary>
    public const int PriorityPerStream = 100;

    /// <summary>
    /// WINDOW_UPDATE at once; then as <see cref="WindowUpdatesPerData"/> and <see cref="WindowUpdatesPerStream"/> say.
    /// </summary>
    public const int WindowUpdateBurst = 1000;

    /// <summary>Source: Envoy, window updates for each frame of data sent (10).</summary>
    public const int WindowUpdatesPerData = 10;

    /// <summary>Source: Envoy, which allows two for each stream.</summary>
    public const int WindowUpdatesPerStream = 2;

    /// <summary>
    /// Frames in a row that carry nothing and end nothing. Source: Helidon, empty frames (10); Envoy allows one.
    /// </summary>
    public const int EmptyFramesInARow = 10;

    /// <summary>
    /// Frames of unknown types at once, then <see cref="UnknownFramesPerSecond"/>: extensions are rare.
    /// </summary>
    public const int UnknownFrameBurst = 1000;

    public const int UnknownFramesPerSecond = 33;

    /// <summary>
    /// Bytes of frames beyond <see cref="OverheadRatio"/> times what they carry. Source: nginx, HTTP/2 flood detection
    /// (an eighth of all bytes, and 1 MiB).
    /// </summary>
    public const long OverheadBytes = 1024 * 1024;

    /// <summary>Bytes of frames for each that they carry.</summary>
    public const int OverheadRatio = 8;
}
