namespace Weir.Diagnosis.Tests.Logs;

/// <summary>Lines of access logs for tests.</summary>
internal static class LogLines
{
    public const string Group = "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067";

    /// <summary>2026-09-23T07:00:00Z</summary>
    public static readonly DateTimeOffset Begin = new(2026, 9, 23, 7, 0, 0, TimeSpan.Zero);

    /// <summary>A good request, or a 502 of the balancer, with its line feed; 36 fields, 29 without a node.</summary>
    public static string At(
        double seconds, string? node = "10.0.0.9", string target = "10.0.1.1:8080", bool fails = false, string url = "http://h:80/a")
    {
        var time = Begin.AddMicroseconds((long)(seconds * 1_000_000));
        string times = fails ? "0.001 0.000 -1 502 -" : "0.001 0.004 0.000 200 200";
        string end = node is null ? "" : $" TID_0123456789abcdef0123456789abcdef \"-\" \"-\" \"-\" {node} \"-\" \"-\"";
        return $"http {time:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'} app/name/id 192.168.131.39:2817 {target} {times} 94 326 \"GET {url} HTTP/1.1\" "
            + $"\"curl/7.46.0\" - - {Group} \"Root=1-58337262-{(long)(seconds * 1000):x24}\" \"-\" \"-\" 0 {time.AddMilliseconds(-5):yyyy-MM-dd'T'HH:mm:ss.fff}000Z "
            + $"\"forward\" \"-\" \"-\" \"{target}\" \"200\" \"-\" \"-\"{end}\n";
    }
}
