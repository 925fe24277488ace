using Weir.Http.Http2.Streams;

namespace Weir.Fuzz.Oracles.Http2;

/// <summary>A window for what comes, held against the sums of all that ever went through it.</summary>
internal sealed class ReceiveSums(int sizeBytes)
{
    private ReceiveWindow _window = new(sizeBytes);
    private long _received;
    private long _passedOn;
    private long _granted;

    /// <summary>What does not add up, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Come, and not passed on yet.</summary>
    public long HeldBytes => _received - _passedOn;

    public bool TryReceive(int bytes)
    {
        bool isAllowed = _received + bytes <= sizeBytes + _granted;
        bool isTaken = _window.TryReceive(bytes);
        _received += isTaken ? bytes : 0;
        Check(isTaken == isAllowed);
        return isTaken;
    }

    public void PassOn(int bytes)
    {
        _passedOn += bytes;
        _granted += _window.PassOn(bytes);
        Check(_granted <= _passedOn && _passedOn - _granted < sizeBytes / 2);
    }

    private void Check(bool holds)
    {
        if (!holds || _window.Bytes != sizeBytes + _granted - _received || HeldBytes < 0 || HeldBytes > sizeBytes)
        {
            Fault ??= $"a window of {_window.Bytes} bytes: {sizeBytes}, {_received} came, {_passedOn} passed on, {_granted} granted";
        }
    }
}
