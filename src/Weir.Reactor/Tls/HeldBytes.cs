using System.Diagnostics;

namespace Weir.Reactor;

/// <summary>
/// Bytes that a connection has to keep for a while, in a buffer of its loop that is held only as long as there are some.
/// Owned by the connection, which gives it up when it closes.
/// </summary>
internal struct HeldBytes(BufferPool pool)
{
    private byte[]? _buffer;
    private int _start;
    private int _end;

    public readonly bool Any => _buffer is not null;

    public readonly ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The buffer and where the bytes begin in it. It never moves.</summary>
    public readonly (byte[] Buffer, int Start) Place => (_buffer!, _start);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_buffer is null)
        {
            _buffer = pool.Rent(bytes.Length);
            _start = _end = 0;
        }
        else if (_buffer.Length - _end < bytes.Length)
        {
            int have = _end - _start;
            byte[] larger = pool.Rent(have + bytes.Length);
            Bytes.CopyTo(larger);
            pool.Return(_buffer);
            _buffer = larger;
            _start = 0;
            _end = have;
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>The first so many have found their place elsewhere.</summary>
    public void Consume(int bytes)
    {
        Debug.Assert(bytes <= _end - _start, "only what is there can be consumed");
        _start += bytes;
        if (_start == _end)
        {
            Release();
        }
    }

    public void Release()
    {
        if (_buffer is not null)
        {
            pool.Return(_buffer);
            _buffer = null;
        }

        _start = _end = 0;
    }
}
