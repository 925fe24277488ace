namespace Weir.Http.Http2.Frames;

/// <summary>What came of handing bytes to <see cref="FrameReader"/>.</summary>
public enum FrameStatus
{
    /// <summary>Nothing in these bytes; go on with more, behind those not consumed.</summary>
    NeedMore,

    /// <summary>
    /// A frame begins: <see cref="FrameReader.Header"/>. The stretch holds its fields of fixed size, such as the octets
    /// of PING. One of a type that is not known has nothing more.
    /// </summary>
    Frame,

    /// <summary>A stretch of what the frame carries: DATA, a field block, or whole settings.</summary>
    Content,

    /// <summary>
    /// The frame is an error of its stream: <see cref="FrameReader.Fault"/> says which. The frame is skipped, and others
    /// can follow. On an idle stream the connection has to end, for nothing can be reset there (RFC 9113 §6.4).
    /// </summary>
    StreamFault,

    /// <summary>The connection has to end: <see cref="FrameReader.Fault"/> says why.</summary>
    ConnectionFault,
}
