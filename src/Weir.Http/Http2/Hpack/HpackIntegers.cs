namespace Weir.Http.Http2.Hpack;

/// <summary>
/// Integers that begin in the low bits of a byte. It reads no number over 28 bits and a prefix, which is more than
/// anything that is counted here, and so never overflows. Source: RFC 7541 §5.1.
/// </summary>
internal static class HpackIntegers
{
    /// <summary>The most bytes that an integer takes, its first byte included.</summary>
    public const int MaxBytes = 1 + MaxMoreBytes;

    private const int MaxMoreBytes = 4;

    /// <summary>
    /// Reads the integer at <paramref name="at"/>, which moves behind it only when it is there as a whole; there is at
    /// least one byte. With <see cref="HpackStatus.Failed"/> the integer is too large, or longer than one need be.
    /// </summary>
    public static HpackStatus Read(ReadOnlySpan<byte> input, int prefixBits, ref int at, out int value)
    {
        int mask = (1 << prefixBits) - 1;
        value = input[at] & mask;
        if (value < mask)
        {
            at++;
            return HpackStatus.Complete;
        }

        for (int more = 0; more < MaxMoreBytes; more++)
        {
            int next = at + 1 + more;
            if (next >= input.Length)
            {
                return HpackStatus.NeedMore;
            }

            value += (input[next] & 0x7F) << (7 * more);
            if (input[next] < 0x80)
            {
                at = next + 1;
                return HpackStatus.Complete;
            }
        }

        return HpackStatus.Failed;
    }

    /// <summary>
    /// Writes <paramref name="value"/> with <paramref name="pattern"/> in the bits before the prefix; returns the bytes
    /// written, at most <see cref="MaxBytes"/>.
    /// </summary>
    public static int Write(int value, int prefixBits, byte pattern, Span<byte> destination)
    {
        int mask = (1 << prefixBits) - 1;
        if (value < mask)
        {
            destination[0] = (byte)(pattern | value);
            return 1;
        }

        destination[0] = (byte)(pattern | mask);
        int written = 1;
        for (value -= mask; value >= 0x80; value >>= 7)
        {
            destination[written++] = (byte)(value | 0x80);
        }

        destination[written++] = (byte)value;
        return written;
    }
}
