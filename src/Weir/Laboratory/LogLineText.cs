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

    public static string Shorten(AccessLogEntry entry, int width)
    {
        string[] fields = entry.Fields;
        string port = entry.Target[(entry.Target.LastIndexOf(':') + 1)..];
        string numbers = string.Join(' ', fields[FirstTimeField..RequestField]);
        string begin = $"{fields[0]} {fields[1]} {Cut} :{port} {numbers} ";
        string[] requests =
        [
            $"\"{fields[RequestField]}\" {Cut}",
            $"\"{entry.Method} {Cut}{entry.Path} HTTP/1.1\" {Cut}",
            $"\"{entry.Method} {Cut}{entry.Path} {Cut}",
            $"\"{entry.Method} {Cut}",
        ];
        string request = requests.FirstOrDefault(text => begin.Length + text.Length <= width) ?? Cut;
        string line = begin + request;
        return line.Length <= width ? line : line[..(width - 1)] + Cut;
    }
}
