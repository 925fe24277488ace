namespace Weir.Http.Http2.Streams;

/// <summary>
/// The numbers of the streams that we open at a server: how many it allows, when it wants no more, and which requests
/// it has not processed. Owned by the connection; it holds no streams. Source: RFC 9113 §5.1.1, §6.8.
/// </summary>
public struct OwnStreams
{
    private int _opened;
    private bool _isGoingAway;
    private int _lastProcessed;

    /// <summary>Streams that are open or half closed.</summary>
    public int OpenCount { get; private set; }

    /// <summary>True if this connection opens no more streams, ever.</summary>
    public readonly bool IsExhausted => _isGoingAway || _opened == 1 << 30;

    /// <param name="peerLimit">SETTINGS_MAX_CONCURRENT_STREAMS of the server.</param>
    /// <param name="streamId">The next odd number.</param>
    public bool TryOpen(uint peerLimit, out int streamId)
    {
        streamId = 0;
        if (IsExhausted || OpenCount >= peerLimit)
        {
            return false;
        }

        streamId = (2 * _opened++) + 1;
        OpenCount++;
        return true;
    }

    public void Close() => OpenCount--;

    /// <summary>
    /// GOAWAY has come. A second one can only take back what the first allowed. Source: RFC 9113 §6.8.
    /// </summary>
    public void GoAway(int lastStreamId)
    {
        _lastProcessed = _isGoingAway ? Math.Min(_lastProcessed, lastStreamId) : lastStreamId;
        _isGoingAway = true;
    }

    /// <summary>
    /// True if the server has said that it did nothing for this stream, so that the request may be sent again, whatever
    /// its method. Source: RFC 9113 §8.7.
    /// </summary>
    public readonly bool IsUnprocessed(int streamId) => _isGoingAway && streamId > _lastProcessed;

    /// <summary>True if a frame on this stream concerns one that was never opened. Source: RFC 9113 §5.1.</summary>
    public readonly bool IsIdle(int streamId) => (streamId & 1) == 0 || streamId > (2L * _opened) - 1;
}
