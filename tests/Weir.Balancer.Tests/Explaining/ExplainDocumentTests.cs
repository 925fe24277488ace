using System.Text.Json;
using System.Text.RegularExpressions;
using Weir.Tests.Schemas;

namespace Weir.Balancer.Tests;

/// <summary>docs/explain-log.md tells of the same fields as its schema, and its examples are lines that could be.</summary>
public sealed partial class ExplainDocumentTests
{
    private static readonly string _document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "explain-log.md"));
    private static readonly string _schemaFile = Path.Combine(AppContext.BaseDirectory, "explain-log.schema.json");

    [Fact]
    public void Table_HasEveryFieldOfTheSchemaInTheLinesOrder()
    {
        JsonElement line = Explained.JsonOf(Explained.Record(Explained.Race()));
        string[] written = [.. line.EnumerateObject().Select(static property => property.Name)];
        JsonElement schema = JsonDocument.Parse(File.ReadAllText(_schemaFile)).RootElement;
        Assert.Equal(written, Row().Matches(_document).Select(static row => row.Groups[1].Value));
        Assert.Equal(written, schema.GetProperty("properties").EnumerateObject().Select(static property => property.Name));
        Assert.Equal(written, schema.GetProperty("required").EnumerateArray().Select(static name => name.GetString()!));
    }

    [Fact]
    public void Examples_OfEachKind_KeepToTheSchemaAndSayWhatTheCodeSays()
    {
        SchemaCheck schema = SchemaCheck.Of(_schemaFile);
        JsonElement[] examples = [.. Example().Matches(_document).Select(static match => JsonDocument.Parse(match.Groups[1].Value).RootElement)];
        Assert.All(examples, example => Assert.Empty(schema.ProblemsOf(example)));
        Assert.Equal(
            ["failure", "near_miss", "retried"],
            examples.Select(static example => example.GetProperty("kind").GetString()!).Distinct().Order());
        Assert.All(examples, static example => Assert.Equal(VerdictOf(example), example.GetProperty("verdict").GetString()));
    }

    [Fact]
    public void SchemaCheck_OfWrongLines_FindsWhatIsWrong()
    {
        SchemaCheck schema = SchemaCheck.Of(_schemaFile);
        string line = Explained.JsonOf(Explained.Record(Explained.Race())).GetRawText();
        foreach ((string from, string to) in (ReadOnlySpan<(string, string)>)
        [
            ("\"schema\":1", "\"schema\":2"), ("\"kind\":\"failure\"", "\"kind\":\"x\""), ("\"idle_ms\":5998", "\"idle_ms\":\"5998\""),
            ("\"idle_ms\":5998", "\"idle_ms\":-1"), ("\"end\":\"fin\"", "\"end\":\"gone\""), ("\"reused\":true,", ""),
            ("\"reused\":true", "\"reused\":true,\"new\":1"), ("\"attempts\":[]", "\"attempts\":[{}]"), ("\"status_code\":502", "\"status_code\":99"),
        ])
        {
            Assert.Contains(from, line, StringComparison.Ordinal);
            Assert.NotEmpty(schema.ProblemsOf(JsonDocument.Parse(line.Replace(from, to, StringComparison.Ordinal)).RootElement));
        }
    }

    // The verdict that the code makes of an example's facts.
    private static string VerdictOf(JsonElement line)
    {
        byte[] Bytes(string name) => System.Text.Encoding.ASCII.GetBytes(line.GetProperty(name).GetString() ?? "");
        long Micros(string name) => line.GetProperty(name) is { ValueKind: JsonValueKind.Number } ms ? (long)(ms.GetDecimal() * 1000) : -1;
        string? reason = line.GetProperty("reason").GetString();
        Failure facts = new(FailureTable.Rows.FirstOrDefault(row => row.Name == reason)?.Reason ?? FailureReason.None)
        {
            Reused = line.GetProperty("reused").ValueKind == JsonValueKind.True,
            EarlierRequests = (int)Number(line, "earlier_requests"),
            IdleMs = Number(line, "idle_ms"),
            End = Enum.GetValues<Reactor.ConnectionEnd>().Single(
                end => end.ToString().Equals(line.GetProperty("end").GetString()?.Replace("_", "", StringComparison.Ordinal) ?? "none", StringComparison.OrdinalIgnoreCase)),
            BytesWritten = Number(line, "request_bytes_written"),
            BytesAcknowledged = Number(line, "request_bytes_acknowledged"),
            ResponseBytes = Number(line, "response_bytes"),
            AdvertisedKeepAliveSeconds = (int)Number(line, "advertised_keep_alive_s"),
        };
        return Explained.VerdictOf(new ExplainRecord
        {
            Kind = Enum.Parse<ExplainKind>(line.GetProperty("kind").GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
            Facts = facts,
            IsConnected = true,
            IsIdempotent = true,
            Method = Bytes("method"),
            Target = Bytes("target"),
            StatusCode = (int)Number(line, "status_code"),
            IdleTimeoutMs = reason == "target_silent" ? 3_000 : 60_000,
            SinceDispatchMicros = Micros("since_dispatch_ms"),
            ClosedAfterMicros = Micros("closed_after_ms"),
            Learned = LearnedCloseTime.Nothing,
        });
    }

    private static long Number(JsonElement line, string name) =>
        line.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : -1;

    [GeneratedRegex("^\\| `([a-z_]+)` \\| ", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
