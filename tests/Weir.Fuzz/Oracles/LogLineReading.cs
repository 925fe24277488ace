using System.Globalization;
using System.Text;
using Weir.AccessLogs.Reading;

namespace Weir.Fuzz.Oracles;

/// <summary>
/// What must hold of every line of a log. A request that was read must be what a slow and plain reading of its fields
/// gives, and must be read the same once its line is written in the usual form, wherever in memory it lies, and whatever line follows.
/// </summary>
internal static class LogLineReading
{
    private static readonly byte[] _next = [.. "\nh2 \" \\"u8, .. new byte[80]];

    public static string? Check(ReadOnlySpan<byte> text)
    {
        var read = new AccessLogFields();
        var parser = new LogLineParser();
        var kind = parser.Parse(text, ref read, out int end);
        if (text[..end].Contains((byte)'\n') || (end < text.Length && text[end] != (byte)'\n'))
            return $"the line ends at {end}, where there is no line feed, or after one";

        var line = text[..end];
        switch (kind)
        {
            case LogLineKind.Connection:
                return parser.ReadConnection(read).TimeMicroseconds < 0 ? "a connection before 1970" : null;
            case LogLineKind.HealthCheck:
                return parser.ReadHealthCheck(read).LatencyMicroseconds < 0 ? "a check that took less than no time" : null;
            case LogLineKind.Access:
                break;
            default:
                return null;
        }

        return Slowly(in read) ?? Again(line, in read, "shifted", shift: 7)
            ?? (Usual(in read) is { } usual ? Again(usual, in read, "rewritten", shift: 0) : null);
    }

    private static string? Slowly(in AccessLogFields read)
    {
        if (Time(read.Fields.Text(2)) is { } completed && completed != read.CompletedMicroseconds)
            return $"field 2 is {completed}, read as {read.CompletedMicroseconds}";

        if (read.IsCreationLogged && Time(read.Fields.Text(22)) is { } created && created != read.CreatedMicroseconds)
            return $"field 22 is {created}, read as {read.CreatedMicroseconds}";

        if (Milliseconds(read.Fields.Text(7)) is { } elapsed && elapsed != read.TargetMilliseconds)
            return $"field 7 is {elapsed}, read as {read.TargetMilliseconds}";

        if (Number(read.Fields.Text(9)) != read.ElbStatus || Number(read.Fields.Text(12)) != read.SentBytes)
            return "field 9 or 12 is read wrongly";

        return read.Request.Url.Length > read.Fields.Text(13).Length + 1 ? "the URL is longer than the request" : null;
    }

    /// <summary>The times that the framework can read too: no leap second, six digits at most.</summary>
    private static long? Time(ReadOnlySpan<byte> text) =>
        DateTime.TryParseExact(
            Encoding.Latin1.GetString(text), "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond
            : null;

    private static long? Milliseconds(ReadOnlySpan<byte> text) =>
        text is [(byte)'-', ..] ? -1
        : decimal.TryParse(Encoding.Latin1.GetString(text), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds)
            ? (long)Math.Min(Math.Truncate(seconds * 1000), int.MaxValue)
            : null;

    private static long Number(ReadOnlySpan<byte> text) =>
        text is [(byte)'-'] ? 0 : long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string? Again(ReadOnlySpan<byte> line, in AccessLogFields read, string how, int shift)
    {
        byte[] room = [.. new byte[shift], .. line, .. _next];
        var again = new AccessLogFields();
        var kind = new LogLineParser().Parse(room.AsSpan(shift), ref again, out int end);
        if (kind != LogLineKind.Access || end != line.Length)
            return $"{how}, the line is {kind} and ends at {end} of {line.Length}";

        return again.Fields.Count == read.Fields.Count
            && again.CompletedMicroseconds == read.CompletedMicroseconds && again.CreatedMicroseconds == read.CreatedMicroseconds
            && (again.RequestMilliseconds, again.TargetMilliseconds, again.ResponseMilliseconds)
                == (read.RequestMilliseconds, read.TargetMilliseconds, read.ResponseMilliseconds)
            && (again.ElbStatus, again.TargetStatus) == (read.ElbStatus, read.TargetStatus)
            && (again.ReceivedBytes, again.SentBytes) == (read.ReceivedBytes, read.SentBytes)
            && again.Target.SequenceEqual(read.Target) && again.TargetGroup.SequenceEqual(read.TargetGroup)
            && again.NodeAddress.SequenceEqual(read.NodeAddress)
            ? null
            : $"{how}, the line is read otherwise";
    }

    /// <summary>
    /// The line's fields with one space between, and what quotes stand within as \x22. Null where a field without quotes
    /// around it has one: such a line has more than one reading; and where a field that is compared has quotes around it.
    /// </summary>
    private static byte[]? Usual(in AccessLogFields read)
    {
        var line = new List<byte>();
        for (int number = 1; number <= read.Fields.Count; number++)
        {
            var raw = read.Fields.Raw(number);
            bool quoted = raw is [(byte)'"', .., (byte)'"'];
            if (number > 1)
                line.Add((byte)' ');

            if (quoted && number is 5 or 17 or 34)
                return null;

            if (!quoted)
            {
                if (raw.Contains((byte)'"'))
                    return null;

                line.AddRange(raw);
                continue;
            }

            line.Add((byte)'"');
            foreach (byte value in raw[1..^1])
                line.AddRange(value is (byte)'"' or (byte)'\\' ? Encoding.ASCII.GetBytes($"\\x{value:X2}") : [value]);

            line.Add((byte)'"');
        }

        // One is not of the line, so that any before it is.
        line.Add((byte)'\r');
        return [.. line];
    }
}
