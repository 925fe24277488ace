using Weir.Diagnosis;

namespace Weir.Laboratory;

/// <summary>
/// Shortens an access-log line to a terminal's width: nothing is changed, what matters less becomes an ellipsis.
/// </summary>
internal static class LogLineText
{
    private const string Cut = "…";

    // The fields from request_processing_time to sent_bytes. Source: ALB user guide, access log entries.
    private const int FirstTimeField = 5;
    private const int RequestField = 12;

    // The ways to write the request, longest first, and the width from which each is tried: it goes by the width and not by
    // the line, so that the lines of one run look alike.
    private static readonly int[] _forms = [140, 115, 0, 0, 0];

    /// <summary>Shortens lines that are read together in the same way, so that they can be compared.</summary>
    public static string[] Shorten(int width, params AccessLogEntry[] entries)
    {
        string[] lines = [];
        for (int form = 0; form < _forms.Length; form++)
        {
            if (width < _forms[form])
            {
                continue;
            }

            lines = [.. entries.Select(entry => $"{Begin(entry)} {Request(entry, form)}")];
            if (lines.All(line => line.Length <= width))
            {
                return lines;
            }
        }

        return [.. lines.Select(line => line.Length <= width ? line : line[..(width - 1)] + Cut)];
    }

    private static string Begin(AccessLogEntry entry)
    {
        string port = entry.Target[(entry.Target.LastIndexOf(':') + 1)..];
        return $"{entry.Fields[0]} {entry.Fields[1]} {Cut} :{port} {string.Join(' ', entry.Fields[FirstTimeField..RequestField])}";
    }

    private static string Request(AccessLogEntry entry, int form) => form switch
    {
        0 => $"\"{entry.Fields[RequestField]}\" {Cut}",
        1 => $"\"{entry.Method} {Cut}{entry.Path} {Version(entry)}\" {Cut}",
        2 => $"\"{entry.Method} {Cut} {Version(entry)}\" {Cut}",
        3 => $"\"{entry.Method} {Cut}",
        _ => Cut,
    };

    private static string Version(AccessLogEntry entry) => entry.Fields[RequestField][(entry.Fields[RequestField].LastIndexOf(' ') + 1)..];
}
