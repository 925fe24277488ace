using System.Buffers.Binary;

namespace Weir.Http.Http2.Frames;

/// <summary>The fields of fixed size in frames: how long they are, and what they say. Source: RFC 9113 §6.</summary>
public static class FrameFields
{
    /// <summary><c>Exclusive (1), Stream Dependency (31), Weight (8)</c>, which are read by nobody.</summary>
    public const int PriorityBytes = 5;

    /// <summary><c>Error Code (32)</c></summary>
    public const int RstStreamBytes = 4;

    /// <summary><c>Identifier (16), Value (32)</c></summary>
    public const int SettingBytes = 6;

    /// <summary><c>Opaque Data (64)</c></summary>
    public const int PingBytes = 8;

    /// <summary>
    /// <c>Reserved (1), Last-Stream-ID (31), Error Code (32)</c>, and perhaps debug data, which is skipped.
    /// </summary>
    public const int GoAwayBytes = 8;

    /// <summary><c>Reserved (1), Window Size Increment (31)</c></summary>
    public const int WindowUpdateBytes = 4;

    /// <summary>Of WINDOW_UPDATE.</summary>
    public static int Increment(ReadOnlySpan<byte> fields) =>
        BinaryPrimitives.ReadInt32BigEndian(fields) & int.MaxValue;

    /// <summary>Of RST_STREAM.</summary>
    public static Http2ErrorCode ResetCode(ReadOnlySpan<byte> fields) =>
        (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(fields);

    /// <summary>Of GOAWAY: streams above it were not processed.</summary>
    public static int LastStreamId(ReadOnlySpan<byte> fields) =>
        BinaryPrimitives.ReadInt32BigEndian(fields) & int.MaxValue;

    /// <summary>Of GOAWAY.</summary>
    public static Http2ErrorCode GoAwayCode(ReadOnlySpan<byte> fields) => ResetCode(fields[4..]);
}
