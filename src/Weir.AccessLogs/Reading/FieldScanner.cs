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
            var step = line.Slice(offset - behind, StepBytes);
            ulong spaces = Matches(step, (byte)' ') >> behind;
            ulong quotes = Matches(step, (byte)'"') >> behind;
            ulong escapes = Matches(step, (byte)'\\') >> behind;

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
    private static ulong Matches(ReadOnlySpan<byte> step, byte value)
    {
        var wanted = Vector128.Create(value);
        ulong first = Vector128.Equals(Vector128.Create(step), wanted).ExtractMostSignificantBits();
        ulong second = Vector128.Equals(Vector128.Create(step[16..]), wanted).ExtractMostSignificantBits();
        ulong third = Vector128.Equals(Vector128.Create(step[32..]), wanted).ExtractMostSignificantBits();
        ulong fourth = Vector128.Equals(Vector128.Create(step[48..]), wanted).ExtractMostSignificantBits();
        return first | (second << 16) | (third << 32) | (fourth << 48);
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
