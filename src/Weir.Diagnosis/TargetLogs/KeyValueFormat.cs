namespace Weir.Diagnosis.TargetLogs;

/// <summary>key=value pairs, as lograge and many Go programs write them, with or without a logger's time before them.</summary>
internal sealed class KeyValueFormat() : TargetLogFormat("key=value pairs", TimeMeaning.End)
{
    private const int TimeCharacters = 40;

    public override bool TryRead(ReadOnlySpan<char> line, EntryBuilder entry)
    {
        var rest = line;
        while (rest.IndexOf('=') is > 0 and var equals)
        {
            var key = rest[..equals];
            key = key[(key.LastIndexOfAny(' ', '\t') + 1)..];
            rest = rest[(equals + 1)..];
            var isQuoted = rest is ['"', ..];
            var end = isQuoted ? rest[1..].IndexOf('"') + 1 : rest.IndexOf(' ');
            end = end <= (isQuoted ? 0 : -1) ? rest.Length : end;
            if (!key.IsEmpty && key.Length <= TimeCharacters)
            {
                NamedFields.Set(entry, key.ToString(), isQuoted ? rest[1..end] : rest[..end]);
            }

            rest = rest[Math.Min(rest.Length, end + (isQuoted ? 1 : 0))..];
        }

        SetTimeBefore(line, entry);
        return entry.End() is { Path: not null, Status: not null };
    }

    // I, [2024-05-01T10:00:00.123456 #1]  INFO -- : …, or the time at the very beginning.
    private static void SetTimeBefore(ReadOnlySpan<char> line, EntryBuilder entry)
    {
        if (entry.HasTime)
        {
            return;
        }

        var head = line[..Math.Min(line.Length, TimeCharacters)];
        var begin = head.IndexOf('[') + 1;
        var time = head[begin..];
        var end = time.IndexOfAny(' ', ']');
        entry.SetTime(end < 0 ? time : time[..end]);
    }
}
