using Weir.Http.Http2.Frames;

namespace Weir.Http.Http2.Streams;

/// <summary>
/// How the last streams of a connection ended, so that what still comes on them is answered rightly. Owned by the
/// connection; of older ones it knows nothing. Source: RFC 9113 §5.1, closed.
/// </summary>
public sealed class EndedStreams
{
    private readonly int[] _ids = new int[Http2Limits.RememberedStreams];
    private readonly StreamEnd[] _ends = new StreamEnd[Http2Limits.RememberedStreams];
    private int _oldest;

    // Stretches of numbers that were left out: first and last of each.
    private readonly (int First, int Last)[] _gaps = new (int, int)[Http2Limits.RememberedGaps];
    private int _oldestGap;

    /// <summary>A stream has ended.</summary>
    public void Add(int streamId, StreamEnd end)
    {
        _ids[_oldest] = streamId;
        _ends[_oldest] = end;
        _oldest = (_oldest + 1) % _ids.Length;
    }

    /// <summary>Numbers that a stream with a higher one has closed.</summary>
    public void AddUnopened(int first, int last)
    {
        _gaps[_oldestGap] = (first, last);
        _oldestGap = (_oldestGap + 1) % _gaps.Length;
    }

    /// <summary>How the stream ended, as far as it is remembered.</summary>
    public StreamEnd EndOf(int streamId)
    {
        int place = Array.LastIndexOf(_ids, streamId);
        if (place >= 0)
        {
            return _ends[place];
        }

        foreach ((int first, int last) in _gaps)
        {
            if (first <= streamId && streamId <= last)
            {
                return StreamEnd.NeverOpened;
            }
        }

        return StreamEnd.Forgotten;
    }

    /// <summary>
    /// A frame has come on a stream that has ended. With no fault it is dropped: but a field block has to be decoded,
    /// and DATA counts toward the window of the connection.
    /// </summary>
    public Http2Fault Receive(int streamId, FrameType type) =>
        type is not (FrameType.Headers or FrameType.Data) ? Http2Fault.None
        : EndOf(streamId) switch
        {
            StreamEnd.ResetByPeer => Http2Fault.FrameOnClosedStream,
            StreamEnd.Finished or StreamEnd.NeverOpened when type == FrameType.Data => Http2Fault.FrameOnClosedStream,
            StreamEnd.Finished => Http2Fault.HeadersOnClosedStream,
            StreamEnd.NeverOpened => Http2Fault.InvalidStreamId,
            _ => Http2Fault.None,
        };
}
