using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>What a client or target makes of the frames that come on its <see cref="FrameConnection"/>.</summary>
internal interface IFramePeer
{
    /// <summary>HEADERS on a stream that is not there: the stream that it opens, or null: it is none of theirs.</summary>
    FrameStream? Open(int id);

    /// <summary>A head, or trailers.</summary>
    void OnFields(FrameStream stream, MessageHead fields, bool isEnd);

    void OnData(FrameStream stream, ReadOnlySpan<byte> data, bool isEnd);

    /// <summary>The stream is there no longer.</summary>
    void OnReset(FrameStream stream, int code);

    void OnGoAway(int lastId, int code);

    /// <summary>Some of its body went out, or all.</summary>
    void OnSent(FrameStream stream);

    /// <summary>Before more is received.</summary>
    LoopTask BeforeReceive();
}
