using System.Buffers.Binary;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>What one end of an HTTP/2 connection has said, and the network has not taken yet. Owned by its <see cref="FrameConnection"/>.</summary>
internal sealed class FrameOutput(Loop loop, Connection connection)
{
    private byte[] _unsent = new byte[4 * 1024];

    /// <summary>There is something to send.</summary>
    public Signal Work { get; } = new(loop);

    public int UnsentBytes { get; private set; }

    /// <summary>Nothing more is said.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>At this byte nothing more is sent.</summary>
    public long SilentAtByte { get; set; } = long.MaxValue;

    public void Frame(FrameKind kind, byte flags, int id, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[FrameConnection.HeaderBytes];
        BinaryPrimitives.WriteInt32BigEndian(header, (payload.Length << 8) | (byte)kind);
        header[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(header[5..], id);
        Append(header);
        Append(payload);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (IsEnded)
        {
            return;
        }

        if (_unsent.Length < UnsentBytes + bytes.Length)
        {
            Array.Resize(ref _unsent, Math.Max(_unsent.Length * 2, UnsentBytes + bytes.Length));
        }

        bytes.CopyTo(_unsent.AsSpan(UnsentBytes));
        UnsentBytes += bytes.Length;
        Work.Set();
    }

    /// <summary>Bytes that were sent; less than 0: none can be, or nothing is to be.</summary>
    public int SendSome()
    {
        int allowed = (int)Math.Min(UnsentBytes, SilentAtByte - connection.BytesSent);
        if (allowed <= 0 || connection.IsClosed || connection.Send(_unsent.AsSpan(0, allowed)) is not (>= 0 and var n))
        {
            return -1;
        }

        _unsent.AsSpan(n, UnsentBytes - n).CopyTo(_unsent);
        UnsentBytes -= n;
        return n;
    }

    public void End()
    {
        IsEnded = true;
        Work.Set();
    }
}
