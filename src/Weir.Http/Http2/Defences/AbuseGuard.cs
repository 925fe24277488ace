using Weir.Http.Http2.Frames;

namespace Weir.Http.Http2.Defences;

/// <summary>
/// Counts what a client sends that costs us more than the client: each kind has a limit, and what goes over it is
/// named. Owned by the connection; it sees every frame and every stream error, and gets the time from its caller.
/// </summary>
public sealed class AbuseGuard
{
    private TokenBucket _resets = new(Http2Limits.ResetBurst, Http2Limits.ResetsPerSecond);
    private TokenBucket _faults = new(Http2Limits.ResetBurst, Http2Limits.ResetsPerSecond);
    private TokenBucket _settings = new(Http2Limits.SettingsBurst, Http2Limits.SettingsPerSecond);
    private TokenBucket _pings = new(Http2Limits.PingBurst, Http2Limits.PingsPerSecond);
    private TokenBucket _windowUpdates = new(Http2Limits.WindowUpdateBurst, 0);
    private TokenBucket _priorities = new(Http2Limits.PriorityPerStream, 0);
    private TokenBucket _unknown = new(Http2Limits.UnknownFrameBurst, Http2Limits.UnknownFramesPerSecond);
    private int _continuations;
    private int _emptyInARow;
    private long _frameBytes;
    private long _carriedBytes;

    /// <summary>A frame begins.</summary>
    /// <param name="isEmpty">True if it carries nothing: <see cref="FrameStep.IsEnd"/> at its beginning.</param>
    public Http2Fault Count(in FrameHeader header, bool isEmpty, long nowMs)
    {
        _frameBytes += FrameHeader.Bytes + header.Length;
        Http2Fault fault = header.Type switch
        {
            FrameType.Data => CountEmpty(isEmpty && !header.IsEndStream),
            FrameType.Headers => BeginFieldBlock(isEmpty && !header.IsEndHeaders),
            FrameType.Continuation => CountContinuation(isEmpty && !header.IsEndHeaders),
            FrameType.RstStream => Take(ref _resets, nowMs, Http2Fault.ResetFlood),
            FrameType.Settings => Take(ref _settings, nowMs, Http2Fault.SettingsFlood),
            FrameType.Ping => Take(ref _pings, nowMs, Http2Fault.PingFlood),
            FrameType.Priority => Take(ref _priorities, nowMs, Http2Fault.PriorityFlood),
            FrameType.WindowUpdate => Take(ref _windowUpdates, nowMs, Http2Fault.WindowUpdateFlood),
            _ => Take(ref _unknown, nowMs, Http2Fault.UnknownFrameFlood),
        };
        return fault == Http2Fault.None
            && _frameBytes / Http2Limits.OverheadRatio > _carriedBytes + Http2Limits.OverheadBytes
            ? Http2Fault.OverheadFlood
            : fault;
    }

    /// <summary>DATA without its padding, or the text of decoded fields.</summary>
    public void Carried(int bytes) => _carriedBytes += bytes;

    /// <summary>
    /// A stream error is about to be answered by RST_STREAM: a client that has its streams reset resets them all the
    /// same.
    /// </summary>
    public Http2Fault CountStreamFault(long nowMs) => Take(ref _faults, nowMs, Http2Fault.ResetFlood);

    /// <summary>A stream was opened, for which the client may adjust things.</summary>
    public void StreamOpened()
    {
        _priorities.Earn(Http2Limits.PriorityPerStream);
        _windowUpdates.Earn(Http2Limits.WindowUpdatesPerStream);
    }

    /// <summary>We have opened a stream at the peer, which may reset each, as we asked for it.</summary>
    public void StreamAsked()
    {
        StreamOpened();
        _resets.Earn(1);
        _faults.Earn(1);
    }

    /// <summary>We have sent DATA, of which the client may tell what it thinks; what it says of it is no overhead.</summary>
    public void DataSent(int bytes)
    {
        _carriedBytes += bytes;
        _pings.Earn(1);
        _windowUpdates.Earn(Http2Limits.WindowUpdatesPerData);
    }

    private static Http2Fault Take(ref TokenBucket bucket, long nowMs, Http2Fault otherwise) =>
        bucket.TryTake(nowMs) ? Http2Fault.None : otherwise;

    private Http2Fault BeginFieldBlock(bool isEmpty)
    {
        _continuations = 0;
        return CountEmpty(isEmpty);
    }

    private Http2Fault CountContinuation(bool isEmpty) => ++_continuations > Http2Limits.ContinuationsPerBlock
        ? Http2Fault.ContinuationFlood
        : CountEmpty(isEmpty);

    private Http2Fault CountEmpty(bool isEmpty)
    {
        _emptyInARow = isEmpty ? _emptyInARow + 1 : 0;
        return _emptyInARow > Http2Limits.EmptyFramesInARow ? Http2Fault.EmptyFrameFlood : Http2Fault.None;
    }
}
