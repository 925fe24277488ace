using System.Text.Json;

namespace Weir.Bench.Logs;

/// <summary>Our program, which does more: it finds the causes of the errors.</summary>
internal sealed class WeirTool(string binary) : ILogTool
{
    public string Name => "weir";

    public string Task => "diagnoses";

    public IReadOnlyList<string> CommandFor(LogFile file) => [binary, "diagnose", file.Path, "--format", "json"];

    public LineCounts ReadCounts(string output)
    {
        using JsonDocument report = JsonDocument.Parse(output);
        return new LineCounts(report.RootElement.GetProperty("counts").GetProperty("statuses").EnumerateArray()
            .GroupBy(status => status.GetProperty("elb_status_code").GetInt32(), status => status.GetProperty("count").GetInt64())
            .ToDictionary(status => status.Key, status => status.Sum()));
    }
}
