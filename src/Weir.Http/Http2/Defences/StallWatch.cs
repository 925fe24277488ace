namespace Weir.Http.Http2.Defences;

/// <summary>
/// How long the peer has left no window for what waits to be sent. Owned by a stream or a connection; <c>default</c>
/// waits for nothing. It has no clock, its caller has.
/// </summary>
public struct StallWatch
{
    private bool _isWaiting;
    private long _sinceMs;

    /// <summary>
    /// Something waits and cannot be sent. What does not let it move, such as frames of other kinds, does not begin the
    /// time anew.
    /// </summary>
    public void Blocked(long nowMs)
    {
        if (!_isWaiting)
        {
            _isWaiting = true;
            _sinceMs = nowMs;
        }
    }

    /// <summary>An octet of DATA was sent, or nothing waits any more.</summary>
    public void Moved() => _isWaiting = false;

    /// <summary>A fault once the wait has been as long as the limit.</summary>
    public readonly Http2Fault Check(long nowMs, long limitMs) =>
        _isWaiting && nowMs - _sinceMs >= limitMs ? Http2Fault.WindowStall : Http2Fault.None;
}
