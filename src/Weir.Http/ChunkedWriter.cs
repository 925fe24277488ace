namespace Weir.Http;

/// <summary>
/// Writes the chunked transfer coding around data that the caller sends itself. Source: RFC 9112 §7.1.
/// </summary>
public static class ChunkedWriter
{
    /// <summary>Room that <see cref="TryWriteHead"/> never exceeds: 16 digits and CRLF.</summary>
    public const int MaxHeadBytes = 18;

    /// <summary>What follows the data of each chunk.</summary>
    public static ReadOnlySpan<byte> DataEnd => "\r\n"u8;

    /// <summary>The last chunk with no trailers behind it: the whole end of a body.</summary>
    public static ReadOnlySpan<byte> End => "0\r\n\r\n"u8;

    /// <summary>The last chunk; trailer lines and an empty line must follow.</summary>
    public static ReadOnlySpan<byte> LastChunk => "0\r\n"u8;

    /// <summary>
    /// Writes <c>chunk-size CRLF</c> for data of <paramref name="dataBytes"/>, which must be positive: a chunk of no
    /// bytes would end the body. False if there is no room.
    /// </summary>
    public static bool TryWriteHead(long dataBytes, Span<byte> destination, out int written)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dataBytes);
        HeadWriter writer = new(destination);
        writer.AppendHex((ulong)dataBytes);
        writer.Append("\r\n"u8);
        written = writer.Overflowed ? 0 : writer.Length;
        return !writer.Overflowed;
    }
}
