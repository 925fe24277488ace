using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Weir.AccessLogs.Reading;

/// <summary>
/// Finds where a line ends, and its spaces that are not between quotes, 64 bytes at a time: which bytes are quotes is one bit for
/// each, and the exclusive or of all bits up to a place says whether it is within.
/// </summary>
internal static class FieldScanner
{
    private const int StepBytes = 64;

    /// <summary>
    /// The length of a text's first line, without its line feed, and the places where its fields end. False, to be looked at more
    /// closely, if the text is shorter than one step, a backslash precedes a quote, or a quote is missing.
    /// </summary>
    public static bool TryScan(ReadOnlySpan<byte> text, Span<int> ends, out int count, out int length)
    {
        count = 0;
        if (text.Length < StepBytes)
        {
            length = LineIn(text);
            return false;
        }

        ulong within = 0, escapedNext = 0, odd = 0;
        bool isLast = false;
        for (int offset = 0; ; offset += StepBytes)
        {
            // The last step ends with the text, and what it has in common with the step before is shifted out.
            int behind = Math.Max(offset + StepBytes - text.Length, 0);
            var bytes = text.Slice(offset - behind, StepBytes);
            var first = Vector128.Create(bytes);
            var second = Vector128.Create(bytes[16..]);
            var third = Vector128.Create(bytes[32..]);
            var fourth = Vector128.Create(bytes[48..]);
            ulong spaces = Matches(first, second, third, fourth, Vector128.Create((byte)' ')) >> behind;
            ulong quotes = Matches(first, second, third, fourth, Vector128.Create((byte)'"')) >> behind;

            ulong escapes = 0;
            length = Math.Min(offset + StepBytes, text.Length);
            if (AnyOfTwo(first, second, third, fourth, (byte)'\\', (byte)'\n'))
            {
                // Few lines have a backslash, and each has one end: whether one is there is asked first, and where only then.
                escapes = Matches(first, second, third, fourth, Vector128.Create((byte)'\\')) >> behind;
                ulong feeds = Matches(first, second, third, fourth, Vector128.Create((byte)'\n')) >> behind;
                if (feeds != 0)
                {
                    isLast = true;
                    length = offset + BitOperations.TrailingZeroCount(feeds);
                    ulong ofLine = (feeds & (~feeds + 1)) - 1;
                    (spaces, quotes, escapes) = (spaces & ofLine, quotes & ofLine, escapes & ofLine);
                }
            }

            odd |= ((escapes << 1) | escapedNext) & quotes;
            escapedNext = escapes >> 63;

            ulong quoted = UpToEach(quotes) ^ within;
            within = (ulong)((long)quoted >> 63);

            for (ulong separators = spaces & ~quoted; separators != 0; separators &= separators - 1)
            {
                if (count >= ends.Length)
                {
                    length = LineIn(text);
                    return odd == 0;
                }

                ends[count++] = offset + BitOperations.TrailingZeroCount(separators);
            }

            if (isLast || length == text.Length)
                break;
        }

        if (count < ends.Length)
            ends[count++] = length;

        return (odd | within) == 0;
    }

    private static int LineIn(ReadOnlySpan<byte> text)
    {
        int feed = text.IndexOf((byte)'\n');
        return feed < 0 ? text.Length : feed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AnyOfTwo(
        Vector128<byte> first, Vector128<byte> second, Vector128<byte> third, Vector128<byte> fourth, byte one, byte other)
    {
        var ones = Vector128.Create(one);
        var others = Vector128.Create(other);
        var any = Vector128.Equals(first, ones) | Vector128.Equals(second, ones) | Vector128.Equals(third, ones) | Vector128.Equals(fourth, ones)
            | Vector128.Equals(first, others) | Vector128.Equals(second, others) | Vector128.Equals(third, others) | Vector128.Equals(fourth, others);
        return any != Vector128<byte>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Matches(
        Vector128<byte> first, Vector128<byte> second, Vector128<byte> third, Vector128<byte> fourth, Vector128<byte> value)
    {
        uint low = Vector128.Equals(first, value).ExtractMostSignificantBits()
            | (Vector128.Equals(second, value).ExtractMostSignificantBits() << 16);
        uint high = Vector128.Equals(third, value).ExtractMostSignificantBits()
            | (Vector128.Equals(fourth, value).ExtractMostSignificantBits() << 16);
        return low | ((ulong)high << 32);
    }

    // Bit n of the result: the exclusive or of bits 0 to n.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong UpToEach(ulong bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }
}
