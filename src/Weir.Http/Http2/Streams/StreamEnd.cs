namespace Weir.Http.Http2.Streams;

/// <summary>How a stream ended, which says what may still come on it.</summary>
public enum StreamEnd : byte
{
    /// <summary>It is not known any more.</summary>
    Forgotten,

    /// <summary>Both ends have sent END_STREAM.</summary>
    Finished,

    ResetByPeer,

    /// <summary>The peer may not have heard of it yet.</summary>
    ResetByUs,

    /// <summary>A stream with a higher number was opened before it, which closed it. Source: RFC 9113 §5.1.1.</summary>
    NeverOpened,
}
