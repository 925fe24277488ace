using System.Buffers;

namespace Weir.AccessLogs;

/// <summary>
/// The log's escaping: <c>"</c>, <c>\</c>, and every byte outside printable ASCII become <c>\xHH</c>; in a field without
/// quotes the space too, for it would begin the next field.
/// </summary>
// Source: ALB, observed (`"` is written \x22, as nginx does)
internal static class AccessLogEscaping
{
    /// <summary>Length of <c>\xHH</c>.</summary>
    public const int EscapedBytes = 4;

    public static readonly SearchValues<byte> SafeInQuotes = SearchValues.Create(Safe(' '));
    public static readonly SearchValues<byte> SafeUnquoted = SearchValues.Create(Safe('!'));

    /// <summary>
    /// Writes as much of <paramref name="value"/> as fits, whole escapes only. Returns the bytes written;
    /// <paramref name="complete"/> says whether that was all.
    /// </summary>
    public static int Write(
        ReadOnlySpan<byte> value, SearchValues<byte> safe, Span<byte> destination, out bool complete)
    {
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
