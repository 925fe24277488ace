namespace Weir.Http.Http2.Hpack;

/// <summary>Where a string lies in a field block, and how it is written. Source: RFC 7541 §5.2.</summary>
internal readonly record struct HpackString(int Offset, int Length, bool IsHuffman)
{
    /// <summary>The most bytes that it can become.</summary>
    public int MaxBytes => IsHuffman ? HuffmanCode.MaxDecodedBytes(Length) : Length;

    /// <summary>Decodes it into room for <see cref="MaxBytes"/>; -1 if it is no Huffman string.</summary>
    public int CopyTo(ReadOnlySpan<byte> block, Span<byte> destination)
    {
        ReadOnlySpan<byte> octets = block.Slice(Offset, Length);
        if (IsHuffman)
        {
            return HuffmanCode.Decode(octets, destination);
        }

        octets.CopyTo(destination);
        return Length;
    }
}
