using System.Buffers.Binary;

namespace Weir.ReactorLab;

/// <summary>
/// The laboratory's toy protocol: 4 bytes payload length, 4 bytes id, then the payload. The id is the connection's or
/// the stream's own, so a completion that reaches the wrong owner is seen at once.
/// </summary>
internal static class Frame
{
    public const int HeaderBytes = 8;

    public static void WriteHeader(Span<byte> destination, int payloadBytes, int id)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, payloadBytes);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], id);
    }

    public static (int PayloadBytes, int Id) ReadHeader(ReadOnlySpan<byte> source) =>
        (BinaryPrimitives.ReadInt32LittleEndian(source), BinaryPrimitives.ReadInt32LittleEndian(source[4..]));
}
