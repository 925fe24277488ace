using Weir.Http.Http2;
using Weir.Http.Http2.Streams;

namespace Weir.Fuzz.Oracles.Http2;

/// <summary>A window for what goes, held against the sum of all that changed it.</summary>
internal sealed class SendSums
{
    private SendWindow _window = new(Http2Limits.InitialWindowBytes);
    private long _sum = Http2Limits.InitialWindowBytes;

    /// <summary>What does not add up, or null.</summary>
    public string? Fault { get; private set; }

    public int AvailableBytes => _window.AvailableBytes;

    public bool TryGrow(int increment) => Changed(_window.TryGrow(increment), increment);

    public bool TryShift(int oldInitialBytes, int newInitialBytes) =>
        Changed(_window.TryShift(oldInitialBytes, newInitialBytes), (long)newInitialBytes - oldInitialBytes);

    public void Take(int bytes)
    {
        bool isTaken = _window.TryTake(bytes);
        _sum -= bytes;
        Check(isTaken);
    }

    // Source: RFC 9113 §6.9.1: no window is over 2^31-1.
    private bool Changed(bool isDone, long change)
    {
        bool fits = _sum + change <= int.MaxValue;
        _sum += fits ? change : 0;
        Check(isDone == fits);
        return isDone;
    }

    private void Check(bool holds)
    {
        if (!holds || _window.Bytes != _sum)
        {
            Fault ??= $"a window of {_window.Bytes} bytes that should be {_sum}";
        }
    }
}
