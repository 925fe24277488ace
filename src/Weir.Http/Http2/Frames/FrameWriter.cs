using System.Buffers.Binary;

namespace Weir.Http.Http2.Frames;

/// <summary>
/// Composes frames into memory of the caller. A frame is written whole or not at all: what does not fit sets
/// <see cref="Overflowed"/> and leaves out everything from then on; it never throws and never allocates. It has no
/// PUSH_PROMISE and no PRIORITY, which are never sent here, and no padding. Source: RFC 9113 §6.
/// </summary>
public ref struct FrameWriter
{
    private HeadWriter _writer;

    public FrameWriter(Span<byte> destination)
    {
        _writer = new HeadWriter(destination);
    }

    /// <summary>Bytes written so far.</summary>
    public readonly int Length => _writer.Length;

    /// <summary>True once something did not fit.</summary>
    public readonly bool Overflowed => _writer.Overflowed;

    public readonly ReadOnlySpan<byte> Written => _writer.Written;

    /// <summary>The octets before a client's first frame.</summary>
    public void AppendClientPreface() => _writer.Append(FrameReader.ClientPreface);

    public void AppendSettings(scoped ReadOnlySpan<(SettingId Id, uint Value)> settings)
    {
        int length = settings.Length * FrameFields.SettingBytes;
        if (!TryBegin(length, FrameType.Settings, FrameFlags.None, 0, out Span<byte> room))
        {
            return;
        }

        foreach ((SettingId id, uint value) in settings)
        {
            BinaryPrimitives.WriteUInt16BigEndian(room, (ushort)id);
            BinaryPrimitives.WriteUInt32BigEndian(room[2..], value);
            room = room[FrameFields.SettingBytes..];
        }
    }

    public void AppendSettingsAck() => TryBegin(0, FrameType.Settings, FrameFlags.EndStreamOrAck, 0, out _);

    /// <summary>PING, or with <paramref name="isAck"/> the answer to the one with these octets.</summary>
    public void AppendPing(scoped ReadOnlySpan<byte> octets, bool isAck)
    {
        FrameFlags flags = isAck ? FrameFlags.EndStreamOrAck : FrameFlags.None;
        if (TryBegin(FrameFields.PingBytes, FrameType.Ping, flags, 0, out Span<byte> room))
        {
            octets[..FrameFields.PingBytes].CopyTo(room);
        }
    }

    public void AppendGoAway(int lastStreamId, Http2ErrorCode code)
    {
        if (TryBegin(FrameFields.GoAwayBytes, FrameType.GoAway, FrameFlags.None, 0, out Span<byte> room))
        {
            BinaryPrimitives.WriteInt32BigEndian(room, lastStreamId);
            BinaryPrimitives.WriteUInt32BigEndian(room[4..], (uint)code);
        }
    }

    public void AppendRstStream(int streamId, Http2ErrorCode code)
    {
        if (TryBegin(FrameFields.RstStreamBytes, FrameType.RstStream, FrameFlags.None, streamId, out Span<byte> room))
        {
            BinaryPrimitives.WriteUInt32BigEndian(room, (uint)code);
        }
    }

    /// <param name="streamId">0 for the window of the connection.</param>
    /// <param name="increment">Octets, more than 0.</param>
    public void AppendWindowUpdate(int streamId, int increment)
    {
        if (TryBegin(
            FrameFields.WindowUpdateBytes, FrameType.WindowUpdate, FrameFlags.None, streamId, out Span<byte> room))
        {
            BinaryPrimitives.WriteInt32BigEndian(room, increment);
        }
    }

    /// <summary>
    /// The header of a DATA frame, whose <paramref name="length"/> octets the caller sends from where they are.
    /// </summary>
    public void AppendDataHeader(int streamId, int length, bool isEndStream)
    {
        if (_writer.TryTake(FrameHeader.Bytes, out Span<byte> room))
        {
            FrameFlags flags = isEndStream ? FrameFlags.EndStreamOrAck : FrameFlags.None;
            new FrameHeader(length, FrameType.Data, flags, streamId).Write(room);
        }
    }

    /// <summary>
    /// A field block as HEADERS, and as many CONTINUATION as the peer's frame size asks for.
    /// </summary>
    public void AppendFieldBlock(int streamId, scoped ReadOnlySpan<byte> block, bool isEndStream, int maxFrameBytes)
    {
        int frames = Math.Max(1, (block.Length + maxFrameBytes - 1) / maxFrameBytes);
        if (!_writer.TryTake(block.Length + (frames * FrameHeader.Bytes), out Span<byte> room))
        {
            return;
        }

        FrameType type = FrameType.Headers;
        FrameFlags flags = isEndStream ? FrameFlags.EndStreamOrAck : FrameFlags.None;
        for (int frame = 0; frame < frames; frame++)
        {
            ReadOnlySpan<byte> fragment = block[..Math.Min(block.Length, maxFrameBytes)];
            block = block[fragment.Length..];
            flags |= frame == frames - 1 ? FrameFlags.EndHeaders : FrameFlags.None;
            new FrameHeader(fragment.Length, type, flags, streamId).Write(room);
            fragment.CopyTo(room[FrameHeader.Bytes..]);
            room = room[(FrameHeader.Bytes + fragment.Length)..];
            type = FrameType.Continuation;
            flags = FrameFlags.None;
        }
    }

    private bool TryBegin(int length, FrameType type, FrameFlags flags, int streamId, out Span<byte> payload)
    {
        payload = default;
        if (!_writer.TryTake(FrameHeader.Bytes + length, out Span<byte> room))
        {
            return false;
        }

        new FrameHeader(length, type, flags, streamId).Write(room);
        payload = room[FrameHeader.Bytes..];
        return true;
    }
}
