using System.Globalization;

namespace Weir.Diagnosis;

/// <summary>One line of ALB's access log, and the fields of it that tell a race. Immutable; the line is kept as it came.</summary>
public sealed record AccessLogEntry
{
    // Numbers as in the guide, less one. Source: ALB user guide, access log entries.
    private const int TimeField = 1;
    private const int TargetField = 4;
    private const int ElbStatusField = 8;
    private const int TargetStatusField = 9;
    private const int RequestField = 12;
    private const int TraceField = 17;

    private AccessLogEntry(string line, string[] fields)
    {
        Line = line;
        Fields = fields;
        string[] request = fields[RequestField].Split(' ');
        Method = request[0];
        Path = request.Length > 1 ? PathOf(request[1]) : "";
        Time = DateTimeOffset.Parse(fields[TimeField], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }

    public string Line { get; }

    /// <summary>The fields in order, without their quotes.</summary>
    public string[] Fields { get; }

    public DateTimeOffset Time { get; }

    public string Target => Fields[TargetField];

    public string ElbStatus => Fields[ElbStatusField];

    public string TargetStatus => Fields[TargetStatusField];

    public string TraceId => Fields[TraceField];

    public string Method { get; }

    /// <summary>Path and query.</summary>
    public string Path { get; }

    /// <summary>The load balancer made a 502 itself: the target's status is missing.</summary>
    public bool IsBalancers502 => ElbStatus == "502" && TargetStatus == "-";

    /// <summary>The load balancer made an error of 5xx itself.</summary>
    public bool IsBalancers5xx => ElbStatus.StartsWith('5') && TargetStatus != ElbStatus;

    /// <summary>Reads a line; null if it is none.</summary>
    public static AccessLogEntry? Parse(string line)
    {
        string[] fields = Split(line);
        return fields.Length > TraceField && DateTimeOffset.TryParse(
            fields[TimeField], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)
            ? new AccessLogEntry(line, fields)
            : null;
    }

    // Fields are separated by one space and may be quoted; quotes inside are written \x22, so a quote ends a field.
    private static string[] Split(string line)
    {
        var fields = new List<string>();
        for (int start = 0; start < line.Length;)
        {
            bool isQuoted = line[start] == '"';
            int begin = isQuoted ? start + 1 : start;
            int end = line.IndexOf(isQuoted ? '"' : ' ', begin);
            end = end < 0 ? line.Length : end;
            fields.Add(line[begin..end]);
            start = isQuoted ? end + 2 : end + 1;
        }

        return [.. fields];
    }

    private static string PathOf(string url)
    {
        int authority = url.IndexOf("://", StringComparison.Ordinal);
        int path = authority < 0 ? -1 : url.IndexOf('/', authority + 3);
        return path < 0 ? "" : url[path..];
    }
}
