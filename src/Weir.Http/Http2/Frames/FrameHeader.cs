using System.Buffers.Binary;

namespace Weir.Http.Http2.Frames;

/// <summary>
/// The nine octets before every frame: <c>Length (24), Type (8), Flags (8), Reserved (1), Stream Identifier (31)</c>.
/// Source: RFC 9113 §4.1.
/// </summary>
/// <param name="Length">Octets of payload, padding included: what flow control counts.</param>
/// <param name="Type">May be one that is not known.</param>
/// <param name="Flags">As sent.</param>
/// <param name="StreamId">0 for the connection.</param>
public readonly record struct FrameHeader(int Length, FrameType Type, FrameFlags Flags, int StreamId)
{
    public const int Bytes = 9;

    public bool IsEndStream =>
        Type is FrameType.Data or FrameType.Headers && (Flags & FrameFlags.EndStreamOrAck) != 0;

    public bool IsAck => Type is FrameType.Settings or FrameType.Ping && (Flags & FrameFlags.EndStreamOrAck) != 0;

    /// <summary>True if a field block ends with this frame.</summary>
    public bool IsEndHeaders =>
        Type is FrameType.Headers or FrameType.Continuation && (Flags & FrameFlags.EndHeaders) != 0;

    internal bool IsPadded => Type is FrameType.Data or FrameType.Headers && (Flags & FrameFlags.Padded) != 0;

    internal bool HasPriority => Type == FrameType.Headers && (Flags & FrameFlags.Priority) != 0;

    /// <summary>The reserved bit is ignored.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> octets) => new(
        (octets[0] << 16) | (octets[1] << 8) | octets[2],
        (FrameType)octets[3],
        (FrameFlags)octets[4],
        BinaryPrimitives.ReadInt32BigEndian(octets[5..]) & int.MaxValue);

    /// <summary>Writes <see cref="Bytes"/>.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, ((uint)Length << 8) | (byte)Type);
        destination[4] = (byte)Flags;
        BinaryPrimitives.WriteInt32BigEndian(destination[5..], StreamId);
    }
}
