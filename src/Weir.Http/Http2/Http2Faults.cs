namespace Weir.Http.Http2;

/// <summary>The one table of what follows from a <see cref="Http2Fault"/>.</summary>
public static class Http2Faults
{
    /// <summary>
    /// True for a connection error: GOAWAY, and the connection is closed. False for a stream error: RST_STREAM.
    /// Source: RFC 9113 §5.4.
    /// </summary>
    public static bool EndsConnection(Http2Fault fault) => fault is not (
        Http2Fault.WrongPrioritySize or Http2Fault.ZeroIncrement or Http2Fault.MalformedMessage);

    /// <summary>The code that is sent.</summary>
    public static Http2ErrorCode Code(Http2Fault fault) => fault switch
    {
        Http2Fault.None => Http2ErrorCode.NoError,
        Http2Fault.FrameTooLarge or Http2Fault.WrongFrameSize or Http2Fault.WrongPrioritySize =>
            Http2ErrorCode.FrameSizeError,
        Http2Fault.InvalidInitialWindow => Http2ErrorCode.FlowControlError,
        Http2Fault.FieldBlockInvalid => Http2ErrorCode.CompressionError,
        _ => Http2ErrorCode.ProtocolError,
    };
}
