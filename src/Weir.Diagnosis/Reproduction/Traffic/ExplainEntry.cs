using System.Text.Json;

namespace Weir.Diagnosis;

/// <summary>One line of the balancer's explain log about a request that failed, and the fields of it that tell a race. Immutable.</summary>
/// <param name="Reason">Such as `target_closed`.</param>
/// <param name="WasReused">The connection had carried requests before; null if there was none.</param>
/// <param name="End">How the connection had ended, such as `fin_then_rst`; null if it had not.</param>
/// <param name="ResponseBytes">Of an answer, that had come.</param>
/// <param name="Verdict">The balancer's own words.</param>
/// <param name="Target">The last one that was tried, as `address:port`; null if none was chosen.</param>
internal sealed record ExplainEntry(
    string TraceId, string Reason, bool? WasReused, string? End, long ResponseBytes, string Verdict, string? Target)
{
    /// <summary>Reads a line; null if it is none, or is about a request that was saved. Source: docs/explain-log.md</summary>
    public static ExplainEntry? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            return root.GetProperty("kind").GetString() == "failure" && root.GetProperty("trace_id").GetString() is { } trace
                ? new ExplainEntry(
                    trace,
                    root.GetProperty("reason").GetString()!,
                    root.GetProperty("reused") is { ValueKind: not JsonValueKind.Null } reused ? reused.GetBoolean() : null,
                    root.GetProperty("end").GetString(),
                    root.GetProperty("response_bytes") is { ValueKind: JsonValueKind.Number } bytes ? bytes.GetInt64() : 0,
                    root.GetProperty("verdict").GetString()!,
                    root.GetProperty("target").GetString())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
