using System.Globalization;
using System.Text.Json;

namespace Weir.Bench.Logs;

/// <summary>
/// goaccess with its own format for ALB's logs, and of its panels only the one that is compared: with all of them it takes
/// three times as long.
/// </summary>
internal sealed class GoaccessTool(string reportFile) : ILogTool
{
    // Source: goaccess(1) 1.7, --ignore-panel; all but STATUS_CODES.
    private static readonly string[] _ignoredPanels =
    [
        "VISITORS", "REQUESTS", "REQUESTS_STATIC", "NOT_FOUND", "HOSTS", "OS", "BROWSERS", "VISIT_TIMES", "VIRTUAL_HOSTS",
        "REFERRERS", "REFERRING_SITES", "KEYPHRASES", "GEO_LOCATION", "REMOTE_USER", "CACHE_STATUS", "MIME_TYPE", "TLS_TYPE",
    ];

    public string Name => "goaccess";

    public string Task => "counts by status";

    // $0 is the log, $1 the report; the rest goes to goaccess.
    public IReadOnlyList<string> CommandFor(LogFile file) =>
    [
        "/bin/sh", "-c",
        (file.IsCompressed ? "zcat \"$0\" | goaccess - " : "</dev/null goaccess \"$0\" ") + "-o \"$@\" >/dev/null && cat \"$1\"",
        file.Path, reportFile, "--log-format=AWSALB", "--no-progress", "--no-global-config",
        .. _ignoredPanels.Select(panel => "--ignore-panel=" + panel),
    ];

    public LineCounts ReadCounts(string output)
    {
        using JsonDocument report = JsonDocument.Parse(output);
        return new LineCounts(report.RootElement.GetProperty("status_codes").GetProperty("data").EnumerateArray()
            .SelectMany(family => family.GetProperty("items").EnumerateArray())
            .ToDictionary(
                // 200 - OK: The request sent by the client was successful
                status => int.Parse(status.GetProperty("data").GetString()!.Split(' ')[0], CultureInfo.InvariantCulture),
                status => status.GetProperty("hits").GetProperty("count").GetInt64()));
    }
}
