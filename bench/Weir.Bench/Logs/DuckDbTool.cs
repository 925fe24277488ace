using System.Text.Json;

namespace Weir.Bench.Logs;

/// <summary>DuckDB in a process of its own, which is this program again: see <see cref="DuckDbQuery"/>.</summary>
internal sealed class DuckDbTool : ILogTool
{
    public string Name => "duckdb";

    public string Task => "counts by status and target";

    public IReadOnlyList<string> CommandFor(LogFile file) =>
        [Environment.ProcessPath!, DuckDbQuery.Command, file.Path, file.IsCompressed ? "gzip" : "none"];

    public LineCounts ReadCounts(string output) => new(JsonSerializer.Deserialize<Dictionary<int, long>>(output)!);
}
