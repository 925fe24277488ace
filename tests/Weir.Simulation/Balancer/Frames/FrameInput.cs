using System.Buffers.Binary;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>What has come to one end of an HTTP/2 connection, cut into frames. Owned by its <see cref="FrameConnection"/>.</summary>
/// <param name="loop">Whose memory it uses while it is begun.</param>
/// <param name="connection">What it reads.</param>
/// <param name="preface">What comes before the first frame.</param>
internal sealed class FrameInput(Loop loop, Connection connection, byte[] preface)
{
    private const int InputBytes = 64 * 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private bool _hasPreface = preface.Length == 0;

    /// <summary>The most that one receive takes.</summary>
    public int ReceiveLimit { get; set; } = InputBytes;

    /// <summary>Why it is no HTTP/2; null: it is.</summary>
    public string? Wrong { get; private set; }

    public void Begin() => _buffer = loop.Buffers.Rent(InputBytes);

    public void Release() => loop.Buffers.Return(_buffer);

    /// <summary>False: nothing more will come.</summary>
    public bool TryReceive()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        int n = connection.Receive(_buffer.AsSpan(_end, Math.Min(_buffer.Length - _end, ReceiveLimit)));
        _end += Math.Max(n, 0);
        return n != Connection.Ended;
    }

    /// <summary>The next frame, with its header, until more is received.</summary>
    public bool TryTake(out ReadOnlySpan<byte> frame)
    {
        frame = default;
        if (!TryTakePreface() || _end - _start < FrameConnection.HeaderBytes)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start)) >> 8;
        Wrong = length > FrameConnection.MaxFrameBytes ? $"a frame of {length} bytes" : null;
        if (Wrong is not null || _end - _start < FrameConnection.HeaderBytes + length)
        {
            return false;
        }

        frame = _buffer.AsSpan(_start, FrameConnection.HeaderBytes + length);
        _start += frame.Length;
        return true;
    }

    private bool TryTakePreface()
    {
        if (!_hasPreface && _end >= preface.Length)
        {
            _hasPreface = true;
            _start = preface.Length;
            Wrong = _buffer.AsSpan(0, _start).SequenceEqual(preface) ? null : "another preface";
        }

        return _hasPreface && Wrong is null;
    }
}
