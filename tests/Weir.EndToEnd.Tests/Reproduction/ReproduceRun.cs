using System.Text.Json;
using Weir.Tests.Schemas;

namespace Weir.EndToEnd.Tests;

/// <summary>A run of `weir reproduce --json` that ended well, and what its document says.</summary>
internal static class ReproduceRun
{
    private static readonly SchemaCheck _schema = SchemaCheck.Of(Tree.PathOf("docs/reproduce.schema.json"));
    public static readonly TimeSpan QuickLimit = TimeSpan.FromSeconds(100);

    // Source: the command's own promise for a whole run.
    public static readonly TimeSpan WholeLimit = TimeSpan.FromMinutes(6);

    public static async Task<(JsonElement Document, ProgramRun Run)> Of(TimeSpan limit, params string[] options)
    {
        ProgramRun run = await ProgramRun.Of(
            WeirBinary.Command[0], [.. WeirBinary.Command.Skip(1), "reproduce", "--json", .. options], limit);
        Assert.True(run.ExitCode == 0, $"exit code {run.ExitCode}: {run.Output}{run.Errors}");
        JsonElement document = JsonDocument.Parse(run.Output).RootElement;
        Assert.Empty(_schema.ProblemsOf(document));
        return (document, run);
    }

    public static JsonElement Phase(JsonElement document, string name) => Assert.Single(
        document.GetProperty("phases").EnumerateArray(), phase => phase.GetProperty("phase").GetString() == name);

    public static void AssertRace(JsonElement document)
    {
        JsonElement race = Phase(document, "race");
        Assert.True(race.GetProperty("failures").GetInt32() >= 5, $"{race}");
        Assert.All((string[])["GET", "POST"], method => Assert.True(race.GetProperty("failures_by_method").GetProperty(method).GetInt32() > 0));
        Assert.Equal(
            race.GetProperty("failures").GetInt32(),
            race.GetProperty("failures_by_end").EnumerateObject().Sum(static end => end.Value.GetInt32()));
        Assert.Equal(
            race.GetProperty("failures").GetInt32(),
            document.GetProperty("failures").EnumerateArray().Count(static failure => failure.GetProperty("is_race").GetBoolean()));
        Assert.All(
            document.GetProperty("failures").EnumerateArray(),
            static failure => Assert.Equal("target_closed", failure.GetProperty("reason").GetString()));
        Assert.All(
            document.GetProperty("failures").EnumerateArray(),
            static failure => Assert.Matches(@" \d\.\d{3} \d\.\d{3} -1 502 - \d+ \d+ ""(GET|POST) ", failure.GetProperty("line").GetString()!));
    }

    public static void AssertNone(JsonElement document, string phase)
    {
        JsonElement row = Phase(document, phase);
        Assert.Equal(0, row.GetProperty("failures").GetInt32());
        Assert.Equal(0, row.GetProperty("failed").GetInt32());
        Assert.Equal(0, row.GetProperty("balancer_5xx").GetInt64());
        Assert.True(row.GetProperty("judged").GetInt32() >= row.GetProperty("sent").GetInt32(), $"{row}");
        Assert.True(row.GetProperty("requests").GetInt32() >= Phase(document, "race").GetProperty("requests").GetInt32(), $"{row}");
    }
}
