namespace Weir.Http.Http2.Streams;

/// <summary>
/// The states of a stream, as this end sees it. Nothing is pushed, so that no stream is reserved.
/// Source: RFC 9113 §5.1.
/// </summary>
public enum StreamState : byte
{
    Idle,
    Open,

    /// <summary>We have sent END_STREAM.</summary>
    HalfClosedLocal,

    /// <summary>The peer has sent END_STREAM.</summary>
    HalfClosedRemote,
    Closed,
}
