using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Weir.AccessLogs;

/// <summary>
/// The log's escaping: <c>"</c>, <c>\</c>, and every byte outside printable ASCII become <c>\xHH</c>; in a field without
/// quotes the space too, for it would begin the next field.
/// </summary>
// Source: ALB, observed (`"` is written \x22, as nginx does)
public static class AccessLogEscaping
{
    /// <summary>Length of <c>\xHH</c>.</summary>
    public const int EscapedBytes = 4;

    private static readonly SearchValues<byte> _safeInQuotes = SearchValues.Create(Safe(' '));
    private static readonly SearchValues<byte> _safeUnquoted = SearchValues.Create(Safe('!'));

    /// <summary>Whether every byte may be written as it is.</summary>
    // Most values are 10 to 40 bytes: there a call into SearchValues costs more than the comparison, under AOT above all.
    public static bool IsVerbatim(ReadOnlySpan<byte> value, bool quoted)
    {
        byte first = quoted ? (byte)' ' : (byte)'!';
        if (value.Length < sizeof(ulong))
            return IsVerbatimShort(value, first);

        if (value.Length < Vector128<byte>.Count)
        {
            // Two halves that overlap.
            ulong low = BinaryPrimitives.ReadUInt64LittleEndian(value);
            ulong high = BinaryPrimitives.ReadUInt64LittleEndian(value[^sizeof(ulong)..]);
            return IsVerbatim(Vector128.Create(low, high).AsByte(), first);
        }

        for (var rest = value; rest.Length > Vector128<byte>.Count; rest = rest[Vector128<byte>.Count..])
        {
            if (!IsVerbatim(Vector128.Create(rest), first))
                return false;
        }

        return IsVerbatim(Vector128.Create(value[^Vector128<byte>.Count..]), first);
    }

    /// <summary>
    /// Writes as much of <paramref name="value"/> as fits, whole escapes only. Returns the bytes written;
    /// <paramref name="complete"/> says whether that was all.
    /// </summary>
    public static int Write(
        ReadOnlySpan<byte> value, bool quoted, Span<byte> destination, out bool complete)
    {
        var safe = quoted ? _safeInQuotes : _safeUnquoted;
        int length = 0;
        while (true)
        {
            int run = value.IndexOfAnyExcept(safe);
            if (run < 0)
                run = value.Length;

            int copied = Math.Min(run, destination.Length - length);
            value[..copied].CopyTo(destination[length..]);
            length += copied;
            complete = copied == value.Length;
            if (complete || copied < run || destination.Length - length < EscapedBytes)
                return length;

            WriteEscape(value[run], destination.Slice(length, EscapedBytes));
            length += EscapedBytes;
            value = value[(run + 1)..];
        }
    }

    private static void WriteEscape(byte value, Span<byte> destination)
    {
        var digits = "0123456789ABCDEF"u8;
        destination[0] = (byte)'\\';
        destination[1] = (byte)'x';
        destination[2] = digits[value >> 4];
        destination[3] = digits[value & 15];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsVerbatim(Vector128<byte> bytes, byte first)
    {
        // What is below the first wraps round to above the last.
        var escaped = Vector128.GreaterThan(bytes - Vector128.Create(first), Vector128.Create((byte)('~' - first)))
            | Vector128.Equals(bytes, Vector128.Create((byte)'"'))
            | Vector128.Equals(bytes, Vector128.Create((byte)'\\'));
        return escaped == Vector128<byte>.Zero;
    }

    private static bool IsVerbatimShort(ReadOnlySpan<byte> value, byte first)
    {
        foreach (byte item in value)
        {
            if (item < first || item is > (byte)'~' or (byte)'"' or (byte)'\\')
                return false;
        }

        return true;
    }

    private static byte[] Safe(char first)
    {
        var safe = new List<byte>();
        for (int value = first; value <= '~'; value++)
        {
            if (value is not '"' and not '\\')
                safe.Add((byte)value);
        }

        return [.. safe];
    }
}
