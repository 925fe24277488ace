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
}
