using System.Text.Json;
using Weir.Tests.Schemas;

namespace Weir.EndToEnd.Tests;

/// <summary>A run of `weir probe --json`, whose document holds to the schema.</summary>
internal sealed record ProbeRun(int ExitCode, JsonElement Document, string Errors)
{
    public const int Safe = 0;
    public const int NotMeasured = 1;
    public const int NotSafe = 2;

    // An idle timeout of 60 s and silent connections of 95 s, and a busy machine.
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(4);

    public JsonElement Idle => Document.GetProperty("idle");

    public JsonElement Silent => Document.GetProperty("silent");

    /// <summary>Of the idle connections that the target closed.</summary>
    public double ShortestSeconds => Idle.GetProperty("shortest_seconds").GetDouble();

    public double LongestSeconds => Idle.GetProperty("longest_seconds").GetDouble();

    public string? ServerKey => Document.GetProperty("server").GetProperty("key").GetString();

    public string[] Remarks => [.. Document.GetProperty("remarks").EnumerateArray().Select(static remark => remark.GetString()!)];

    /// <summary>`closes_earlier`, and so on.</summary>
    public string Reason => Document.GetProperty("reason").GetString()!;

    /// <summary>The seconds of what the target advertises, and whether only to those who ask.</summary>
    public (int? TimeoutSeconds, int? MaxRequests, bool OnlyWhenAsked) Advertised
    {
        get
        {
            JsonElement advertised = Document.GetProperty("advertised");
            return (Number("timeout_seconds"), Number("max_requests"), advertised.GetProperty("only_when_asked").GetBoolean());

            int? Number(string name) => advertised.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;
        }
    }

    /// <summary>The requests that a connection got, and why no more, which has to be the same whether they ask for keep-alive.</summary>
    public (int Requests, string Outcome) Requests => Assert.Single(Document.GetProperty("requests").EnumerateArray()
        .Select(static row => (row.GetProperty("requests").GetInt32(), row.GetProperty("outcome").GetString()!)).Distinct());

    /// <summary>How it closes: `fin`, and what becomes of what comes later.</summary>
    public (string End, string LateBytes) Closing => (Idle.GetProperty("end").GetString()!, Idle.GetProperty("late_bytes").GetString()!);

    public static async Task<ProbeRun> Of(string url, params string[] options)
    {
        ProgramRun run = await ProgramRun.Of(
            WeirBinary.Command[0], [.. WeirBinary.Command.Skip(1), "probe", url, "--json", .. options], _limit);
        Assert.True(run.Output.Length > 0, run.Errors);
        JsonElement document = JsonDocument.Parse(run.Output).RootElement;
        // A check of its own: probes run at the same time.
        Assert.Empty(SchemaCheck.Of(Tree.PathOf("docs/probe.schema.json")).ProblemsOf(document));
        return new ProbeRun(run.ExitCode, document, run.Errors);
    }
}
