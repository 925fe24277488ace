namespace Weir.Http.Http2.Hpack;

/// <summary>
/// Turns the field blocks of one direction of a connection into fields, from bytes that come in any pieces. Owned by
/// the connection; it allocates nothing after it was made. A block must be decoded to its end even if nobody wants its
/// fields any more, because it changes the table that later blocks refer to. Source: RFC 7541.
/// </summary>
public sealed class HpackDecoder
{
    private readonly DynamicTable _table;
    private readonly int _maxFieldBytes;

    // The limit that the peer has acknowledged: a size over it is an error.
    private int _limitBytes;
    private bool _hasFields;
    private bool _sizeDue;

    /// <param name="capacityBytes">
    /// The largest SETTINGS_HEADER_TABLE_SIZE that will be announced, and at least
    /// <see cref="Http2Limits.HeaderTableBytes"/>, which holds until another is acknowledged.
    /// </param>
    /// <param name="maxFieldBytes">Of one field as it comes, compressed.</param>
    public HpackDecoder(int capacityBytes = Http2Limits.HeaderTableBytes, int maxFieldBytes = Http2Limits.CompressedFieldBytes)
    {
        _maxFieldBytes = maxFieldBytes;
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityBytes, Http2Limits.HeaderTableBytes);
        _table = new DynamicTable(capacityBytes, searchable: false);
        _table.Resize(Http2Limits.HeaderTableBytes);
        _limitBytes = Http2Limits.HeaderTableBytes;
    }

    public HpackFault Fault { get; private set; }

    /// <summary>What the table holds, with the overhead of each field.</summary>
    public int TableBytes => _table.SizeBytes;

    /// <summary>Number of fields in the table.</summary>
    public int TableCount => _table.Count;

    /// <summary>
    /// The peer has acknowledged SETTINGS_HEADER_TABLE_SIZE. If it is under the size in force, the next block has to
    /// begin with a size. Source: RFC 9113 §4.3.1.
    /// </summary>
    public void ApplyLimit(int limitBytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limitBytes, _table.CapacityBytes);
        _limitBytes = limitBytes;
        _sizeDue = limitBytes < _table.MaxBytes;
    }

    /// <summary>
    /// Goes on decoding. Bytes not consumed must be there again at the next call, with more behind them: they are less
    /// than one field, of at most <see cref="Http2Limits.CompressedFieldBytes"/>.
    /// </summary>
    /// <param name="isLast">True if the block ends with the input.</param>
    public HpackStatus Decode(ReadOnlySpan<byte> input, bool isLast, FieldSection section, out int consumed)
    {
        consumed = 0;
        if (Fault != HpackFault.None)
        {
            return HpackStatus.Failed;
        }

        while (consumed < input.Length)
        {
            ReadOnlySpan<byte> rest = input[consumed..];
            HpackStatus status = DecodeNext(rest, section, out int length);
            if (status == HpackStatus.NeedMore)
            {
                return rest.Length >= _maxFieldBytes ? Fail(HpackFault.FieldTooLarge)
                    : isLast ? Fail(HpackFault.Truncated)
                    : HpackStatus.NeedMore;
            }

            if (status != HpackStatus.Complete)
            {
                return status;
            }

            consumed += length;
        }

        if (!isLast)
        {
            return HpackStatus.NeedMore;
        }

        _hasFields = false;
        return _sizeDue ? Fail(HpackFault.TableSizeMissing) : HpackStatus.Complete;
    }

    private HpackStatus DecodeNext(ReadOnlySpan<byte> input, FieldSection section, out int length)
    {
        length = 0;
        byte first = input[0];
        if ((first & 0xE0) == 0x20)
        {
            return DecodeSize(input, out length);
        }

        if (_sizeDue)
        {
            return Fail(HpackFault.TableSizeMissing);
        }

        _hasFields = true;
        return first switch
        {
            >= 0x80 => DecodeIndexed(input, section, out length),
            >= 0x40 => DecodeLiteral(input, 6, section, FieldFlags.None, out length),
            >= 0x10 => DecodeLiteral(input, 4, section, FieldFlags.NeverIndexed, out length),
            _ => DecodeLiteral(input, 4, section, FieldFlags.None, out length),
        };
    }

    // Dynamic Table Size Update: 001, max size (5+). Source: RFC 7541 §6.3.
    private HpackStatus DecodeSize(ReadOnlySpan<byte> input, out int length)
    {
        length = 0;
        if (_hasFields)
        {
            return Fail(HpackFault.TableSizeAfterField);
        }

        HpackStatus status = HpackIntegers.Read(input, 5, ref length, out int maxBytes);
        if (status != HpackStatus.Complete)
        {
            return status == HpackStatus.Failed ? Fail(HpackFault.TableSizeTooLarge) : status;
        }

        if (maxBytes > _limitBytes)
        {
            return Fail(HpackFault.TableSizeTooLarge);
        }

        _table.Resize(maxBytes);
        _sizeDue = false;
        return HpackStatus.Complete;
    }

    // Indexed Header Field: 1, index (7+). Source: RFC 7541 §6.1.
    private HpackStatus DecodeIndexed(ReadOnlySpan<byte> input, FieldSection section, out int length)
    {
        length = 0;
        HpackStatus status = ReadIndex(input, 7, ref length, out int index);
        if (status != HpackStatus.Complete)
        {
            return status;
        }

        if (index == 0)
        {
            return Fail(HpackFault.InvalidIndex);
        }

        if (section.IsTooLarge)
        {
            return HpackStatus.Complete;
        }

        return index <= StaticTable.Count
            ? AddStatic(index, section)
            : AddDynamic(index - StaticTable.FirstDynamicIndex, section);
    }

    private static HpackStatus AddStatic(int index, FieldSection section)
    {
        ReadOnlySpan<byte> text = StaticTable.Text(index);
        if (!section.HasRoomFor(text.Length))
        {
            return HpackStatus.NeedRoom;
        }

        text.CopyTo(section.Free);
        int nameLength = StaticTable.NameLength(index);
        section.Add(nameLength, text.Length - nameLength, StaticTable.Known(index), FieldFlags.None);
        return HpackStatus.Complete;
    }

    private HpackStatus AddDynamic(int age, FieldSection section)
    {
        int nameLength = _table.NameLength(age);
        int valueLength = _table.ValueLength(age);
        if (!section.HasRoomFor(nameLength + valueLength))
        {
            return HpackStatus.NeedRoom;
        }

        _table.CopyField(age, section.Free);
        section.Add(nameLength, valueLength, _table.Known(age), FieldFlags.None);
        return HpackStatus.Complete;
    }

    // Literal Header Field: pattern, index (6+ or 4+) or 0 and a name, value. Source: RFC 7541 §6.2.
    private HpackStatus DecodeLiteral(
        ReadOnlySpan<byte> input, int prefixBits, FieldSection section, FieldFlags flags, out int length)
    {
        length = 0;
        HpackString name = default;
        HpackStatus status = ReadIndex(input, prefixBits, ref length, out int index);
        if (status == HpackStatus.Complete && index == 0)
        {
            status = ReadString(input, ref length, out name);
        }

        HpackString value = default;
        if (status == HpackStatus.Complete)
        {
            status = ReadString(input, ref length, out value);
        }

        if (status != HpackStatus.Complete)
        {
            return status;
        }

        int nameBytes = index == 0 ? name.MaxBytes : NameLength(index);
        if (!section.HasRoomFor(nameBytes + value.MaxBytes))
        {
            return HpackStatus.NeedRoom;
        }

        Span<byte> free = section.Free;
        int nameLength = nameBytes;
        if (index == 0)
        {
            nameLength = name.CopyTo(input, free);
        }
        else
        {
            CopyName(index, free);
        }

        int valueLength = nameLength < 0 ? -1 : value.CopyTo(input, free[nameLength..]);
        if (valueLength < 0)
        {
            return Fail(HpackFault.InvalidHuffman);
        }

        KnownHeader known = index == 0 ? KnownHeaders.Lookup(free[..nameLength]) : Known(index);
        if (prefixBits == 6)
        {
            _table.Add(free[..nameLength], free.Slice(nameLength, valueLength), known);
        }

        section.Add(nameLength, valueLength, known, flags);
        return HpackStatus.Complete;
    }

    private HpackStatus ReadIndex(ReadOnlySpan<byte> input, int prefixBits, ref int at, out int index)
    {
        HpackStatus status = HpackIntegers.Read(input, prefixBits, ref at, out index);
        if (status == HpackStatus.Failed)
        {
            return Fail(HpackFault.IntegerTooLarge);
        }

        return status == HpackStatus.Complete && index > StaticTable.Count + _table.Count
            ? Fail(HpackFault.InvalidIndex)
            : status;
    }

    // String: Huffman (1), length (7+), octets. Too long a one is refused before its octets come.
    // Source: RFC 7541 §5.2.
    private HpackStatus ReadString(ReadOnlySpan<byte> input, ref int at, out HpackString text)
    {
        text = default;
        if (at == input.Length)
        {
            return HpackStatus.NeedMore;
        }

        bool isHuffman = input[at] >= 0x80;
        HpackStatus status = HpackIntegers.Read(input, 7, ref at, out int length);
        if (status != HpackStatus.Complete)
        {
            return status == HpackStatus.Failed ? Fail(HpackFault.IntegerTooLarge) : status;
        }

        text = new HpackString(at, length, isHuffman);
        if (length > _maxFieldBytes - at)
        {
            return Fail(HpackFault.FieldTooLarge);
        }

        at += length;
        return at > input.Length ? HpackStatus.NeedMore : HpackStatus.Complete;
    }

    private int NameLength(int index) => index <= StaticTable.Count
        ? StaticTable.NameLength(index)
        : _table.NameLength(index - StaticTable.FirstDynamicIndex);

    private KnownHeader Known(int index) => index <= StaticTable.Count
        ? StaticTable.Known(index)
        : _table.Known(index - StaticTable.FirstDynamicIndex);

    private void CopyName(int index, Span<byte> destination)
    {
        if (index <= StaticTable.Count)
        {
            StaticTable.Name(index).CopyTo(destination);
        }
        else
        {
            _table.CopyName(index - StaticTable.FirstDynamicIndex, destination);
        }
    }

    private HpackStatus Fail(HpackFault fault)
    {
        Fault = fault;
        return HpackStatus.Failed;
    }
}
