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

    /// <param name="initialWindow">Of each stream.</param>
    /// <param name="streams">That are allowed at once; the largest number: that is not said.</param>
    /// <param name="tables">Sizes of the table of fields, each in a setting of its own.</param>
    /// <param name="headBytes">The most of a head, by the size of its fields; the largest number: that is not said.</param>
    public void Settings(int initialWindow, int streams, ReadOnlySpan<int> tables, int headBytes)
    {
        var settings = new List<byte>();
        Setting(settings, FrameConnection.InitialWindowSetting, initialWindow);
        foreach (int tableBytes in tables)
        {
            Setting(settings, FrameConnection.HeaderTableSetting, tableBytes);
        }

        if (streams != int.MaxValue)
        {
            Setting(settings, FrameConnection.ConcurrentStreamsSetting, streams);
        }

        if (headBytes != int.MaxValue)
        {
            Setting(settings, FrameConnection.HeadSizeSetting, headBytes);
        }

        Frame(FrameKind.Settings, 0, 0, [.. settings]);
    }

    /// <summary>HEADERS, and CONTINUATION for what comes in more pieces, or is too long.</summary>
    public void FieldBlock(int id, ReadOnlySpan<byte> block, bool isEnd, int pieces)
    {
        FrameKind kind = FrameKind.Headers;
        byte flags = isEnd ? FrameConnection.EndStream : (byte)0;
        int most = Math.Min(FrameConnection.MaxFrameBytes, (block.Length / pieces) + 1);
        while (block.Length > most)
        {
            Frame(kind, flags, id, block[..most]);
            block = block[most..];
            kind = FrameKind.Continuation;
            flags = 0;
        }

        Frame(kind, (byte)(flags | FrameConnection.EndHeaders), id, block);
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

    private static void Setting(List<byte> settings, int id, int value)
    {
        Span<byte> setting = stackalloc byte[FrameConnection.SettingBytes];
        BinaryPrimitives.WriteUInt16BigEndian(setting, (ushort)id);
        BinaryPrimitives.WriteInt32BigEndian(setting[2..], value);
        settings.AddRange(setting);
    }
}
