using Weir.Http.Http2;
using Weir.Http.Http2.Defences;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;
using Weir.Http.Http2.Streams;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// What the streams of one HTTP/2 connection send: within the windows that the peer gives, and in turn where there is no room for
/// all. Owned by the connection, on either side of the balancer.
/// </summary>
internal sealed class Http2Sender(Connection connection, AbuseGuard guard, Action moved)
{
    private readonly LinkedList<Http2Stream> _waiting = new();
    private SendWindow _window = new(Http2Limits.InitialWindowBytes);
    private StallWatch _stall;

    public Http2Output Output { get; } = new(connection, moved);

    /// <summary>Of what is sent. Whoever writes a block sends it.</summary>
    public HpackEncoder Encoder { get; } = new();

    /// <summary>What the peer has announced.</summary>
    public PeerSettings Settings { get; } = new();

    /// <summary>The output takes something, and there is a connection to send it on.</summary>
    public bool MaySend => !Output.IsFull && !Output.IsBroken;

    /// <summary>Streams wait for their turn to send.</summary>
    public bool OthersWait => _waiting.Count > 0;

    /// <summary>The most that a frame of DATA may carry now.</summary>
    public int WindowFor(in SendWindow stream) =>
        Math.Min(Math.Min(stream.AvailableBytes, _window.AvailableBytes), Math.Min(Settings.MaxFrameBytes, Http2Limits.FrameBytes));

    /// <summary>False if it goes beyond what a window can be.</summary>
    public bool TryGrowWindow(int increment) => _window.TryGrow(increment);

    /// <summary>Sends DATA that both windows have room for; the bytes of the frame.</summary>
    public int SendData(Http2Stream stream, ReadOnlySpan<byte> data, bool isEndStream)
    {
        _window.TryTake(data.Length);
        _stall.Moved();
        guard.DataSent(data.Length);
        return Output.Data(stream.Id, data, isEndStream);
    }

    /// <summary>Sends a field block; the bytes of its frames.</summary>
    public int SendBlock(Http2Stream stream, ReadOnlySpan<byte> block, bool isEndStream) =>
        Output.FieldBlock(stream.Id, block, isEndStream, Math.Min(Settings.MaxFrameBytes, Http2Limits.FrameBytes));

    /// <summary>It waits for its turn to send.</summary>
    public void Enqueue(Http2Stream stream)
    {
        _waiting.AddLast(stream.Turn);
        _stall.Blocked(connection.Loop.NowMs);
    }

    public void Dequeue(Http2Stream stream)
    {
        _waiting.Remove(stream.Turn);
        if (_waiting.Count == 0)
        {
            _stall.Moved();
        }
    }

    /// <summary>Wakes as many of those that wait as there is room for, the longest first.</summary>
    public void WakeWaiting()
    {
        int room = MaySend ? Http2Output.FullBytes - Output.UnsentBytes : 0;
        for (LinkedListNode<Http2Stream>? turn = _waiting.First; turn is not null && room > 0; turn = turn.Next)
        {
            Http2Stream stream = turn.Value;
            if (stream.UnsentBytes == 0 || (stream.HasWindow && _window.AvailableBytes > 0))
            {
                room -= FrameHeader.Bytes + Math.Min(stream.UnsentBytes, Http2Limits.FrameBytes);
                stream.Wake();
            }
        }
    }

    /// <summary>A fault once the peer has left no window for anything that waits, for as long as the limit.</summary>
    public Http2Fault CheckStall(long limitMs) => _stall.Check(connection.Loop.NowMs, limitMs);
}
