namespace Weir.Http.Http2;

/// <summary>The one table of what follows from a <see cref="Http2Fault"/>.</summary>
public static class Http2Faults
{
    /// <summary>
    /// True for a connection error: GOAWAY, and the connection is closed. False for a stream error: RST_STREAM.
    /// Source: RFC 9113 §5.4.
    /// </summary>
    public static bool EndsConnection(Http2Fault fault) => fault is not (
        Http2Fault.None or Http2Fault.WrongPrioritySize or Http2Fault.ZeroIncrement or Http2Fault.MalformedMessage
        or Http2Fault.FrameAfterEndStream or Http2Fault.FrameOnClosedStream or Http2Fault.TooManyStreams
        or Http2Fault.WindowOverflow or Http2Fault.WindowExceeded);

    /// <summary>The code that is sent.</summary>
    public static Http2ErrorCode Code(Http2Fault fault) => fault switch
    {
        Http2Fault.None => Http2ErrorCode.NoError,
        Http2Fault.FrameTooLarge or Http2Fault.WrongFrameSize or Http2Fault.WrongPrioritySize =>
            Http2ErrorCode.FrameSizeError,
        Http2Fault.FieldBlockInvalid => Http2ErrorCode.CompressionError,
        Http2Fault.FrameAfterEndStream or Http2Fault.FrameOnClosedStream or Http2Fault.HeadersOnClosedStream =>
            Http2ErrorCode.StreamClosed,
        Http2Fault.TooManyStreams => Http2ErrorCode.RefusedStream,
        Http2Fault.InvalidInitialWindow or Http2Fault.WindowOverflow or Http2Fault.ConnectionWindowOverflow
            or Http2Fault.InitialWindowOverflow or Http2Fault.WindowExceeded or Http2Fault.ConnectionWindowExceeded =>
            Http2ErrorCode.FlowControlError,
        Http2Fault.ResetFlood or Http2Fault.ContinuationFlood or Http2Fault.SettingsFlood or Http2Fault.PingFlood
            or Http2Fault.PriorityFlood or Http2Fault.WindowUpdateFlood or Http2Fault.EmptyFrameFlood
            or Http2Fault.UnknownFrameFlood or Http2Fault.OverheadFlood or Http2Fault.WindowStall =>
            Http2ErrorCode.EnhanceYourCalm,
        _ => Http2ErrorCode.ProtocolError,
    };
}
