using System.Buffers.Binary;
using System.Diagnostics;

namespace Weir.Http.Http2.Hpack;

/// <summary>
/// The Huffman code of HPACK. It is canonical, so that everything follows from the lengths of its codes: within a
/// length they count up in the order of the symbols. Process-wide and immutable. Source: RFC 7541 §5.2, Appendix B.
/// </summary>
internal static class HuffmanCode
{
    private const int EndOfString = 256;
    private const int LongestCode = 30;
    private const int ShortestCode = 5;

    // One look-up finds every code up to this length, which are those of all characters that fields are made of.
    private const int TableBits = 10;

    // One look-up finds two codes that have no more bits together, which most pairs of letters and digits have.
    private const int PairBits = 12;

    private static readonly byte[] _lengths =
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    // Symbols by length of their code and then by value, which is the order of the codes.
    private static readonly ushort[] _symbols = BuildSymbols();

    // Of each length: its first code, and where its symbols begin.
    private static readonly uint[] _firstCodes = new uint[LongestCode + 2];
    private static readonly int[] _firstSymbols = new int[LongestCode + 2];

    private static readonly uint[] _codes = BuildCodes();

    // Symbol in the low byte, length of its code in the high one; 0 where the code is longer than the table's index.
    private static readonly ushort[] _table = BuildTable();

    // From the low byte: first symbol, second symbol, bits, symbols (1 or 2); 0 where the first code is longer than that.
    private static readonly uint[] _pairs = BuildPairs();

    /// <summary>The most bytes that <paramref name="encodedBytes"/> can become.</summary>
    public static int MaxDecodedBytes(int encodedBytes) => encodedBytes * 8 / ShortestCode;

    /// <summary>
    /// Decodes a whole string; -1 if it holds the end-of-string symbol, or ends in anything but less than eight bits
    /// that are all ones. <paramref name="destination"/> has room for <see cref="MaxDecodedBytes"/>.
    /// </summary>
    public static int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        Debug.Assert(destination.Length >= MaxDecodedBytes(source.Length), "the caller makes room");
        ulong window = 0;
        int bits = 0;
        int written = 0;
        int at = 0;
        while (source.Length - at >= sizeof(ulong))
        {
            window |= BinaryPrimitives.ReadUInt64BigEndian(source[at..]) >> bits;
            int bytes = (63 - bits) >> 3;
            at += bytes;
            bits += bytes * 8;

            // At least 56 bits: some codes of the table, or one that is longer.
            if (!TryTakeShort(ref window, ref bits, destination, ref written)
                && !TryTake(ref window, ref bits, destination, ref written, out _))
            {
                return -1;
            }
        }

        // Bits that were read ahead are read again, one byte after the other.
        window = bits == 0 ? 0 : window & (ulong.MaxValue << (64 - bits));
        while (true)
        {
            while (at < source.Length && bits <= 56)
            {
                window |= (ulong)source[at++] << (56 - bits);
                bits += 8;
            }

            if (!TryTake(ref window, ref bits, destination, ref written, out bool isEnd))
            {
                return -1;
            }

            if (isEnd)
            {
                return IsPadding(window, bits) ? written : -1;
            }
        }
    }

    /// <summary>Bytes that <paramref name="text"/> takes, padding included.</summary>
    public static int EncodedBytes(ReadOnlySpan<byte> text)
    {
        byte[] lengths = _lengths;
        int bits = 0;
        foreach (byte symbol in text)
        {
            bits += lengths[symbol];
        }

        return (bits + 7) >> 3;
    }

    /// <summary>Encodes into exactly <see cref="EncodedBytes"/>.</summary>
    public static void Encode(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        ulong window = 0;
        int bits = 0;
        int written = 0;
        foreach (byte symbol in text)
        {
            int length = _lengths[symbol];
            window = (window << length) | _codes[symbol];
            bits += length;
            while (bits >= 8)
            {
                bits -= 8;
                destination[written++] = (byte)(window >> bits);
            }
        }

        if (bits > 0)
        {
            destination[written] = (byte)((window << (8 - bits)) | (0xFFu >> bits));
        }
    }

    // Bits are kept at the top of the window. False if the first code is a long one.
    private static bool TryTakeShort(ref ulong window, ref int bits, Span<byte> destination, ref int written)
    {
        // So many look-ups need no more than 56 bits, and there is room for as many codes as 56 bits can hold.
        const int LookUps = 4;
        uint[] pairs = _pairs;
        ulong rest = window;
        int taken = 0;
        int count = 0;
        Span<byte> room = destination.Slice(written, LookUps * 2);
        for (int lookUp = 0; lookUp < LookUps; lookUp++)
        {
            uint entry = pairs[(int)(rest >> (64 - PairBits))];
            if (entry == 0)
            {
                break;
            }

            room[count] = (byte)entry;
            room[count + 1] = (byte)(entry >> 8);
            int length = (byte)(entry >> 16);
            rest <<= length;
            taken += length;
            count += (int)(entry >> 24);
        }

        window = rest;
        bits -= taken;
        written += count;
        return count > 0;
    }

    // False for the end-of-string symbol. The end is reached when the bits left are no whole code.
    private static bool TryTake(
        ref ulong window, ref int bits, Span<byte> destination, ref int written, out bool isEnd)
    {
        int entry = _table[(int)(window >> (64 - TableBits))];
        int length = entry >> 8;
        int symbol = entry == 0 ? FindLong(window, out length) : entry & 0xFF;
        isEnd = length > bits;
        if (isEnd)
        {
            return true;
        }

        if (symbol == EndOfString)
        {
            return false;
        }

        destination[written++] = (byte)symbol;
        window <<= length;
        bits -= length;
        return true;
    }

    // The codes of a length lie below the first of the next one, when both are lengthened to the same number of bits.
    private static int FindLong(ulong window, out int length)
    {
        for (length = TableBits + 1; length < LongestCode; length++)
        {
            uint code = (uint)(window >> (64 - length));
            if (code < _firstCodes[length + 1] >> 1)
            {
                break;
            }
        }

        uint offset = (uint)(window >> (64 - length)) - _firstCodes[length];
        return _symbols[_firstSymbols[length] + (int)offset];
    }

    private static bool IsPadding(ulong window, int bits) =>
        bits < 8 && window >> (64 - 8) == (byte)(0xFF00 >> bits);

    private static ushort[] BuildSymbols()
    {
        ushort[] symbols = new ushort[EndOfString + 1];
        int count = 0;
        for (int length = ShortestCode; length <= LongestCode; length++)
        {
            for (int symbol = 0; symbol <= EndOfString; symbol++)
            {
                if (_lengths[symbol] == length)
                {
                    symbols[count++] = (ushort)symbol;
                }
            }
        }

        return symbols;
    }

    private static uint[] BuildCodes()
    {
        uint[] codes = new uint[EndOfString + 1];
        uint code = 0;
        int next = 0;
        for (int length = 1; length <= LongestCode; length++)
        {
            code <<= 1;
            _firstCodes[length] = code;
            _firstSymbols[length] = next;
            while (next <= EndOfString && _lengths[_symbols[next]] == length)
            {
                codes[_symbols[next++]] = code++;
            }
        }

        Debug.Assert(code == 1u << LongestCode, "the code is complete");
        return codes;
    }

    private static ushort[] BuildTable()
    {
        ushort[] table = new ushort[1 << TableBits];
        for (int symbol = 0; symbol < EndOfString; symbol++)
        {
            int spare = TableBits - _lengths[symbol];
            if (spare >= 0)
            {
                ushort entry = (ushort)((_lengths[symbol] << 8) | symbol);
                table.AsSpan((int)_codes[symbol] << spare, 1 << spare).Fill(entry);
            }
        }

        return table;
    }

    private static uint[] BuildPairs()
    {
        uint[] pairs = new uint[1 << PairBits];
        for (int index = 0; index < pairs.Length; index++)
        {
            uint first = Short(index >> (PairBits - TableBits));
            if (first == 0)
            {
                continue;
            }

            int firstBits = (int)(first >> 8);
            uint second = Short(((index << firstBits) & (pairs.Length - 1)) >> (PairBits - TableBits));
            int bits = firstBits + (int)(second >> 8);
            bool isPair = second != 0 && bits <= PairBits;
            pairs[index] = isPair
                ? (first & 0xFF) | ((second & 0xFF) << 8) | ((uint)bits << 16) | (2u << 24)
                : (first & 0xFF) | ((uint)firstBits << 16) | (1u << 24);
        }

        return pairs;

        static uint Short(int bits) => _table[bits];
    }
}
