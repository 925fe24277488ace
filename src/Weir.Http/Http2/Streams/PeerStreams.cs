using Weir.Http.Http2.Frames;

namespace Weir.Http.Http2.Streams;

/// <summary>
/// The numbers of the streams that a client has opened: which may be next, how many are open, and how the last ones
/// ended. Owned by the connection; it holds no streams. Source: RFC 9113 §5.1.1, §5.1.2.
/// </summary>
public sealed class PeerStreams(int maxOpen = Http2Limits.ConcurrentStreams)
{
    private readonly EndedStreams _ended = new();

    /// <summary>The highest number so far: what GOAWAY says.</summary>
    public int LastStreamId { get; private set; }

    /// <summary>Streams that are open or half closed.</summary>
    public int OpenCount { get; private set; }

    /// <summary>True if a stream of this number was never opened, and was not skipped either.</summary>
    public bool IsIdle(int streamId) => streamId > LastStreamId || (streamId & 1) == 0;

    /// <summary>
    /// HEADERS has come on a stream that <see cref="IsIdle"/>. One too many is refused, and known as such from then on.
    /// </summary>
    public Http2Fault Open(int streamId)
    {
        if ((streamId & 1) == 0 || streamId <= LastStreamId)
        {
            return Http2Fault.InvalidStreamId;
        }

        int next = LastStreamId == 0 ? 1 : LastStreamId + 2;
        if (streamId > next)
        {
            _ended.AddUnopened(next, streamId - 2);
        }

        LastStreamId = streamId;
        if (OpenCount == maxOpen)
        {
            _ended.Add(streamId, StreamEnd.ResetByUs);
            return Http2Fault.TooManyStreams;
        }

        OpenCount++;
        return Http2Fault.None;
    }

    /// <summary>An open stream has ended.</summary>
    public void Close(int streamId, StreamEnd end)
    {
        OpenCount--;
        _ended.Add(streamId, end);
    }

    /// <summary>
    /// A frame has come on a stream that is not open, and that does not open one. With no fault it is dropped: but a
    /// field block has to be decoded, and DATA counts toward the window of the connection.
    /// </summary>
    public Http2Fault ReceiveOnOther(int streamId, FrameType type)
    {
        if (IsIdle(streamId))
        {
            return type == FrameType.Priority ? Http2Fault.None
                : type == FrameType.Headers ? Http2Fault.InvalidStreamId
                : Http2Fault.FrameOnIdleStream;
        }

        return _ended.Receive(streamId, type);
    }

    /// <summary>How the stream ended, as far as it is remembered.</summary>
    public StreamEnd EndOf(int streamId) => _ended.EndOf(streamId);
}
