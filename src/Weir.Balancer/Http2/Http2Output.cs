using System.Diagnostics;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// What goes out to one peer over HTTP/2: frames of all streams, one behind the other, in one buffer that is sent once in
/// a turn. It holds a buffer only while something is unsent. Owned by the connection; how much may be put into it
/// is for those who do to ask (<see cref="IsFull"/>).
/// </summary>
internal sealed class Http2Output(Connection connection, Action moved)
{
    /// <summary>At so many unsent bytes bodies wait, and nothing more is read from a client that could need an answer.</summary>
    public const int FullBytes = 64 * 1024;

    private readonly Signal _work = new(connection.Loop);
    private readonly long _sentBefore = connection.BytesSent;
    private byte[]? _buffer;
    private long _takenBytes;
    private int _start;
    private int _end;
    private bool _isEnded;

    // Since when the kernel has taken nothing of what is unsent.
    private long _stuckSinceMs = long.MaxValue;

    /// <summary>Bytes that the kernel has not taken yet.</summary>
    public int UnsentBytes => _end - _start;

    public bool IsFull => UnsentBytes >= FullBytes;

    /// <summary>All bytes that were ever put into it.</summary>
    public long QueuedBytes => _takenBytes + UnsentBytes;

    /// <summary>Of those, what the peer can have read. Over TLS that may be more than sends have said, as they speak of all their records at once.</summary>
    public long SentBytes => connection.BytesSent - _sentBefore;

    /// <summary>The kernel has taken nothing for so long, and something is unsent.</summary>
    public bool IsStuckFor(int ms) => _stuckSinceMs <= connection.Loop.NowMs - ms;

    /// <summary>Nothing can be sent any more.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Since it was last empty, something of a message was put into it.</summary>
    public bool HasContent { get; private set; }

    /// <summary>What a client begins with.</summary>
    public void Preface()
    {
        var writer = new FrameWriter(Room(FrameReader.ClientPreface.Length));
        writer.AppendClientPreface();
        Commit(writer.Length);
    }

    public void Settings(ReadOnlySpan<(SettingId Id, uint Value)> settings)
    {
        var writer = new FrameWriter(Room(FrameHeader.Bytes + (settings.Length * FrameFields.SettingBytes)));
        writer.AppendSettings(settings);
        Commit(writer.Length);
    }

    public void SettingsAck()
    {
        var writer = new FrameWriter(Room(FrameHeader.Bytes));
        writer.AppendSettingsAck();
        Commit(writer.Length);
    }

    public void Ping(ReadOnlySpan<byte> octets, bool isAck)
    {
        var writer = new FrameWriter(Room(FrameHeader.Bytes + FrameFields.PingBytes));
        writer.AppendPing(octets, isAck);
        Commit(writer.Length);
    }

    public void GoAway(int lastStreamId, Http2ErrorCode code)
    {
        var writer = new FrameWriter(Room(FrameHeader.Bytes + FrameFields.GoAwayBytes));
        writer.AppendGoAway(lastStreamId, code);
        Commit(writer.Length);
    }

    public void RstStream(int streamId, Http2ErrorCode code)
    {
        var writer = new FrameWriter(Room(FrameHeader.Bytes + FrameFields.RstStreamBytes));
        writer.AppendRstStream(streamId, code);
        Commit(writer.Length);
    }

    /// <summary>Nothing happens for an increment of 0.</summary>
    public void WindowUpdate(int streamId, int increment)
    {
        if (increment > 0)
        {
            var writer = new FrameWriter(Room(FrameHeader.Bytes + FrameFields.WindowUpdateBytes));
            writer.AppendWindowUpdate(streamId, increment);
            Commit(writer.Length);
        }
    }

    /// <summary>Returns the bytes of its frames.</summary>
    public int FieldBlock(int streamId, ReadOnlySpan<byte> block, bool isEndStream, int maxFrameBytes)
    {
        int frames = Math.Max(1, (block.Length + maxFrameBytes - 1) / maxFrameBytes);
        var writer = new FrameWriter(Room(block.Length + (frames * FrameHeader.Bytes)));
        writer.AppendFieldBlock(streamId, block, isEndStream, maxFrameBytes);
        HasContent = true;
        Commit(writer.Length);
        return writer.Length;
    }

    /// <summary>One frame of DATA; its bytes.</summary>
    public int Data(int streamId, ReadOnlySpan<byte> data, bool isEndStream)
    {
        Span<byte> room = Room(FrameHeader.Bytes + data.Length);
        if (!room.IsEmpty)
        {
            var writer = new FrameWriter(room);
            writer.AppendDataHeader(streamId, data.Length, isEndStream);
            data.CopyTo(room[FrameHeader.Bytes..]);
            HasContent = true;
            Commit(room.Length);
        }

        return FrameHeader.Bytes + data.Length;
    }

    /// <summary>Sends, until <see cref="End"/> or until nothing can be sent any more.</summary>
    public async LoopTask Run()
    {
        while (!_isEnded && !IsBroken)
        {
            await _work;
            _work.Reset();
            while (UnsentBytes > 0 && !IsBroken)
            {
                Send();
                if (UnsentBytes > 0 && !IsBroken)
                {
                    moved();
                    await connection.WhenWritable();
                }
            }

            moved();
            Release();
        }
    }

    /// <summary>Sends what can be sent at once. True: nothing is left.</summary>
    public bool TryFlush()
    {
        while (UnsentBytes > 0 && !IsBroken && Send() > 0)
        {
        }

        return UnsentBytes == 0 && !IsBroken;
    }

    /// <summary>Nothing more will be put into it.</summary>
    public void End()
    {
        _isEnded = true;
        _work.Set();
    }

    private int Send()
    {
        int n = connection.Send(_buffer.AsSpan(_start, UnsentBytes));
        IsBroken = n == Connection.SendFailed;
        _start += Math.Max(n, 0);
        _takenBytes += Math.Max(n, 0);
        _stuckSinceMs = UnsentBytes == 0 ? long.MaxValue
            : n > 0 || _stuckSinceMs == long.MaxValue ? connection.Loop.NowMs
            : _stuckSinceMs;
        return n;
    }

    // Exactly so much at the end of what is there; nothing once nothing can be sent any more.
    private Span<byte> Room(int bytes)
    {
        if (IsBroken || connection.IsClosed)
        {
            return default;
        }

        if (_buffer is null || _buffer.Length - _end < bytes)
        {
            MakeRoom(bytes);
        }

        return _buffer.AsSpan(_end, bytes);
    }

    private void Commit(int bytes)
    {
        if (bytes > 0)
        {
            _end += bytes;
            _work.Set();
        }
    }

    // Full at an eighth of the largest buffer, and no field block is longer than three eighths of it: the other half is for what is
    // said without asking for room (acknowledgements, windows, resets).
    private void MakeRoom(int bytes)
    {
        int unsent = UnsentBytes;
        Debug.Assert(unsent + bytes <= BufferPool.SizesInBytes[^1], "who puts something in asks whether it is full");
        byte[] target = _buffer is not null && unsent + bytes <= _buffer.Length
            ? _buffer
            : connection.Loop.Buffers.Rent(Math.Max(unsent + bytes, Math.Min(4 * unsent, FullBytes * 2)));
        _buffer?.AsSpan(_start, unsent).CopyTo(target);
        if (_buffer is not null && _buffer != target)
        {
            connection.Loop.Buffers.Return(_buffer);
        }

        _buffer = target;
        _start = 0;
        _end = unsent;
    }

    private void Release()
    {
        if (_buffer is not null)
        {
            connection.Loop.Buffers.Return(_buffer);
            _buffer = null;
        }

        _start = _end = 0;
        HasContent = false;
    }
}
