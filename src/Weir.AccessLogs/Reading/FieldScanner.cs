using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Weir.AccessLogs.Reading;

/// <summary>
/// Finds the spaces of a line that are not between quotes, 64 bytes at a time: which bytes are quotes is one bit for each,
/// and the exclusive or of all bits up to a place says whether it is within.
/// </summary>
internal static class FieldScanner
{
    private const int StepBytes = 64;

    /// <summary>
    /// The places where fields end. False, to be looked at more closely, if the line is shorter than one step, a backslash
    /// precedes a quote, or a quote is missing.
    /// </summary>
    public static bool TryScan(ReadOnlySpan<byte> line, Span<int> ends, out int count)
    {
        count = 0;
        if (line.Length < StepBytes)
            return false;

        ulong within = 0, escapedNext = 0, odd = 0;
        int offset = 0;
        while (true)
        {
            // The last step ends with the line, and what it has in common with the step before is shifted out.
            int behind = Math.Max(offset + StepBytes - line.Length, 0);
            var bytes = line.Slice(offset - behind, StepBytes);
            var first = Vector128.Create(bytes);
            var second = Vector128.Create(bytes[16..]);
            var third = Vector128.Create(bytes[32..]);
            var fourth = Vector128.Create(bytes[48..]);
            ulong spaces = Matches(first, second, third, fourth, Vector128.Create((byte)' ')) >> behind;
            ulong quotes = Matches(first, second, third, fourth, Vector128.Create((byte)'"')) >> behind;

            // Few lines have a backslash: whether one is there is asked first, and where only then.
            var backslash = Vector128.Create((byte)'\\');
            var any = Vector128.Equals(first, backslash) | Vector128.Equals(second, backslash)
                | Vector128.Equals(third, backslash) | Vector128.Equals(fourth, backslash);
            ulong escapes = any == Vector128<byte>.Zero ? 0 : Matches(first, second, third, fourth, backslash) >> behind;
            odd |= ((escapes << 1) | escapedNext) & quotes;
            escapedNext = escapes >> 63;

            ulong quoted = UpToEach(quotes) ^ within;
            within = (ulong)((long)quoted >> 63);

            for (ulong separators = spaces & ~quoted; separators != 0; separators &= separators - 1)
            {
                if (count >= ends.Length)
                    return odd == 0;

                ends[count++] = offset + BitOperations.TrailingZeroCount(separators);
            }

            offset += StepBytes;
            if (offset >= line.Length)
                break;
        }

        if (count < ends.Length)
            ends[count++] = line.Length;

        return (odd | within) == 0;
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
