namespace Weir.Http.Http2.Hpack;

/// <summary>
/// Turns fields into field blocks, for one direction of a connection. Owned by the connection; it allocates nothing
/// after it was made. What it has written changes the table of the peer, so that a block once begun must be sent to its
/// end, and in order, or the connection closed. Source: RFC 7541.
/// </summary>
public sealed class HpackEncoder
{
    private readonly DynamicTable _table;

    // The smallest size since the last block, and the last: the peer has to hear of both. Source: RFC 7541 §4.2.
    private int _smallestBytes;
    private bool _sizeDue;

    /// <param name="capacityBytes">Memory for the table, at least <see cref="Http2Limits.HeaderTableBytes"/>.</param>
    public HpackEncoder(int capacityBytes = Http2Limits.HeaderTableBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityBytes, Http2Limits.HeaderTableBytes);
        _table = new DynamicTable(capacityBytes, searchable: true);
        _table.Resize(Http2Limits.HeaderTableBytes);
        _smallestBytes = Http2Limits.HeaderTableBytes;
    }

    /// <summary>False to write strings as they are; for tests of what others decode.</summary>
    internal bool UsesHuffman { get; init; } = true;

    internal int TableBytes => _table.SizeBytes;

    internal int TableCount => _table.Count;

    /// <summary>
    /// The peer has sent SETTINGS_HEADER_TABLE_SIZE, which is about to be acknowledged. What exceeds the capacity is
    /// left unused.
    /// </summary>
    public void ApplyPeerLimit(uint limitBytes)
    {
        int bytes = (int)Math.Min(limitBytes, (uint)_table.CapacityBytes);
        if (bytes == _table.MaxBytes && !_sizeDue)
        {
            return;
        }

        _table.Resize(bytes);
        _smallestBytes = _sizeDue ? Math.Min(_smallestBytes, bytes) : bytes;
        _sizeDue = true;
    }

    /// <summary>
    /// Writes what stands before the first field of a block: nothing, or the size of the table. False, with no effect,
    /// if it does not fit.
    /// </summary>
    internal bool TryBegin(Span<byte> destination, out int written)
    {
        written = 0;
        if (!_sizeDue)
        {
            return true;
        }

        if (destination.Length < 2 * HpackIntegers.MaxBytes)
        {
            return false;
        }

        if (_smallestBytes < _table.MaxBytes)
        {
            written = HpackIntegers.Write(_smallestBytes, 5, 0x20, destination);
        }

        written += HpackIntegers.Write(_table.MaxBytes, 5, 0x20, destination[written..]);
        _sizeDue = false;
        return true;
    }

    /// <summary>
    /// Writes one field, whose name is in lower case; false, with no effect, if it might not fit.
    /// </summary>
    internal bool TryEncode(
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> value,
        HpackIndexing indexing,
        Span<byte> destination,
        out int written)
    {
        written = 0;
        if (destination.Length < MaxEncodedBytes(name.Length + value.Length))
        {
            return false;
        }

        int nameIndex = StaticTable.IndexOf(name);
        int index = nameIndex == 0 ? 0 : StaticTable.IndexOf(nameIndex, value);
        uint hash = 0;
        if (index == 0 && indexing == HpackIndexing.Incremental)
        {
            hash = DynamicTable.Hash(name, value);
            index = _table.Find(name, value, hash) + StaticTable.FirstDynamicIndex;
            index = index < StaticTable.FirstDynamicIndex ? 0 : index;
        }

        if (index != 0 && indexing != HpackIndexing.Never)
        {
            written = HpackIntegers.Write(index, 7, 0x80, destination);
            return true;
        }

        written = indexing switch
        {
            HpackIndexing.Incremental => HpackIntegers.Write(nameIndex, 6, 0x40, destination),
            HpackIndexing.Without => HpackIntegers.Write(nameIndex, 4, 0x00, destination),
            _ => HpackIntegers.Write(nameIndex, 4, 0x10, destination),
        };
        if (nameIndex == 0)
        {
            written += WriteString(name, destination[written..]);
        }

        written += WriteString(value, destination[written..]);
        if (indexing == HpackIndexing.Incremental)
        {
            _table.Add(name, value, KnownHeader.Other, hash);
        }

        return true;
    }

    /// <summary>The most bytes that a field with so much text takes.</summary>
    internal static int MaxEncodedBytes(int textBytes) => textBytes + (3 * HpackIntegers.MaxBytes);

    // The Huffman code wherever it is not longer.
    private int WriteString(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int huffmanBytes = UsesHuffman ? HuffmanCode.EncodedBytes(text) : int.MaxValue;
        if (huffmanBytes > text.Length || text.IsEmpty)
        {
            int length = HpackIntegers.Write(text.Length, 7, 0x00, destination);
            text.CopyTo(destination[length..]);
            return length + text.Length;
        }

        int head = HpackIntegers.Write(huffmanBytes, 7, 0x80, destination);
        HuffmanCode.Encode(text, destination.Slice(head, huffmanBytes));
        return head + huffmanBytes;
    }
}
