namespace Weir.Diagnosis.TargetLogs;

/// <summary>Reads one target's log as a stream of requests: recognizes its form from its first lines, or takes the one given. Keeps no lines.</summary>
public static class TargetLogReader
{
    // Application logs have other lines between the requests: this share of a form's own lines is enough to believe in it.
    private const double LeastShare = 0.05;

    private static readonly string _escape = ((char)0x1b).ToString();

    /// <summary>The problem with a pattern that a user gave, in a sentence; null: it is fine.</summary>
    public static string? Problem(string pattern) => LogPatternSyntax.Parse(pattern, "", mayTrail: true).IsUseful
        ? null
        : "the pattern has no request line and no path: use Apache's %r, nginx's $request, or gunicorn's %(r)s";

    /// <summary>Gives every request of the file to <paramref name="accept"/>, in the file's order.</summary>
    public static TargetLogDescription Read(TargetLogFile file, TargetLogOptions options, Action<TargetLogEntry> accept)
    {
        var format = options.Pattern is { } pattern
            ? LogPatternSyntax.Parse(pattern, "the pattern given", mayTrail: true)
            : Recognize(Sample(file), options.Zone);
        using var text = file.Open();
        var reader = new BoundedLineReader(text);
        var entry = new EntryBuilder(options.Zone);
        long lines = 0, requests = 0;
        string? unfit = null;
        bool hasFit = options.Pattern is null;
        bool hasTraceIds = false, hasDurations = false;
        long? from = null, to = null;
        while (reader.TryRead(out var line))
        {
            lines++;
            if (format is null || !TryRead(format, entry, line, out var request, out bool isFit))
            {
                unfit ??= hasFit || line.Trim().IsEmpty ? null : line.ToString();
                continue;
            }

            hasFit |= isFit;

            requests++;
            hasTraceIds |= request.TraceId is not null;
            hasDurations |= request.DurationMicroseconds is not null;
            if (request.TimeMicroseconds is { } time)
            {
                from = Math.Min(from ?? time, time);
                to = Math.Max(to ?? time, time);
            }

            accept(request);
        }

        return new TargetLogDescription
        {
            File = file.Name,
            Format = format?.Name,
            TimeIs = format?.TimeIs ?? TimeMeaning.Unknown,
            ResolutionSeconds = from is null ? null : entry.ResolutionMicroseconds / 1e6,
            HasZone = entry.HasZone,
            HasTraceIds = hasTraceIds,
            HasDurations = hasDurations,
            Lines = lines,
            Requests = requests,
            From = TimeOf(from),
            To = TimeOf(to),
            UnfitLine = hasFit ? null : unfit,
        };
    }

    // A line that is not of the form, but has a trace id, still says that the request was there.
    private static bool TryRead(TargetLogFormat format, EntryBuilder builder, ReadOnlySpan<char> line, out TargetLogEntry entry, out bool isFit)
    {
        line = WithoutColors(line);
        builder.Begin(line);
        entry = format.TryRead(line, builder) ? builder.End() : default;
        isFit = entry.IsUseful;
        if (isFit)
        {
            return true;
        }

        entry = builder.End() is { TraceId: { } traceId } ? new TargetLogEntry { TraceId = traceId } : default;
        return entry.TraceId is not null;
    }

    // Unlike a line that is joined, one that is counted here needs a path: the forms are told apart by their fields.
    private static TargetLogFormat? Recognize(List<string> lines, TimeZoneInfo zone)
    {
        TargetLogFormat? best = null;
        var most = 0;
        foreach (var format in TargetLogFormats.ForOneFile())
        {
            var entry = new EntryBuilder(zone);
            var count = lines.Count(line =>
            {
                entry.Begin(line);
                return format.TryRead(line, entry) && entry.End().Path is not null;
            });
            if (count > most)
            {
                (best, most) = (format, count);
            }
        }

        return most > 0 && most >= lines.Count * LeastShare ? best
            : lines.Any(static line => TraceRoot.Find(line) is not null) ? new TraceOnlyFormat()
            : null;
    }

    private static List<string> Sample(TargetLogFile file)
    {
        using var text = file.Open();
        var reader = new BoundedLineReader(text);
        var lines = new List<string>();
        while (lines.Count < TargetLogLimits.SampleLines && reader.TryRead(out var line))
        {
            if (!line.Trim().IsEmpty)
            {
                lines.Add(WithoutColors(line).ToString());
            }
        }

        return lines;
    }

    // morgan's dev and uvicorn color their output for terminals: ESC [ … m.
    private static ReadOnlySpan<char> WithoutColors(ReadOnlySpan<char> line)
    {
        if (!line.Contains(_escape[0]))
        {
            return line;
        }

        var plain = new System.Text.StringBuilder(line.Length);
        while (line.IndexOf(_escape[0]) is >= 0 and var at)
        {
            plain.Append(line[..at]);
            var end = line[at..].IndexOf('m');
            line = end < 0 ? default : line[(at + end + 1)..];
        }

        return plain.Append(line).ToString();
    }

    private static DateTimeOffset? TimeOf(long? microseconds) =>
        microseconds is { } value ? DateTimeOffset.UnixEpoch.AddMicroseconds(value) : null;
}
