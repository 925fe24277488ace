namespace Weir.AccessLogs.Reading;

/// <summary>Finds the fields of a line whose quotes <see cref="FieldScanner"/> cannot make sense of; byte by byte.</summary>
internal static class OddFieldScanner
{
    /// <summary>
    /// The places where fields end, and which follow the one before without a space. False if a quoted field has no end.
    /// </summary>
    public static bool TryScan(
        ReadOnlySpan<byte> line, QuoteReading reading, Span<int> ends, out int count, out ulong joined)
    {
        count = 0;
        joined = 0;
        int at = 0;
        while (count < ends.Length)
        {
            int length = line[at..] is [(byte)'"', .. var rest] ? Quoted(rest, reading) : Bare(line[at..]);
            if (length < 0)
                return false;

            at += length;
            ends[count++] = at;
            if (at == line.Length)
                return true;

            if (line[at] == (byte)' ')
                at++;
            else if (count < ends.Length)
                joined |= 1UL << count;
        }

        return true;
    }

    private static int Bare(ReadOnlySpan<byte> rest)
    {
        int space = rest.IndexOf((byte)' ');
        return space < 0 ? rest.Length : space;
    }

    /// <summary>The length of a field, both quotes included, from what follows its first quote; -1 without an end.</summary>
    private static int Quoted(ReadOnlySpan<byte> rest, QuoteReading reading)
    {
        for (int at = 0; ; at++)
        {
            int quote = rest[at..].IndexOf((byte)'"');
            if (quote < 0)
                return -1;

            at += quote;
            bool ends = reading == QuoteReading.EscapedByBackslash
                ? !IsEscaped(rest, at)
                : at + 1 == rest.Length || rest[at + 1] == (byte)' ';
            if (ends)
                return at + 2;
        }
    }

    private static bool IsEscaped(ReadOnlySpan<byte> rest, int quote)
    {
        int backslashes = quote - 1 - rest[..quote].LastIndexOfAnyExcept((byte)'\\');
        return backslashes % 2 == 1;
    }
}
