using System.Text.Json;
using Weir.Tests.Schemas;

namespace Weir.EndToEnd.Tests;

/// <summary>`weir reproduce` with a real Node.js server: the story itself. Alone, since it is a matter of milliseconds.</summary>
[Collection(AloneCollection.Name)]
public sealed class ReproduceTests
{
    private static readonly SchemaCheck _schema = SchemaCheck.Of(Tree.PathOf("docs/reproduce.schema.json"));
    private static readonly TimeSpan _quickLimit = TimeSpan.FromSeconds(100);

    // Source: the command's own promise for a whole run.
    private static readonly TimeSpan _wholeLimit = TimeSpan.FromMinutes(6);

    private static async Task<(JsonElement Document, ProgramRun Run)> Reproduce(TimeSpan limit, params string[] options)
    {
        ProgramRun run = await ProgramRun.Of(
            WeirBinary.Command[0], [.. WeirBinary.Command.Skip(1), "reproduce", "--json", .. options], limit);
        Assert.True(run.ExitCode == 0, $"exit code {run.ExitCode}: {run.Output}{run.Errors}");
        JsonElement document = JsonDocument.Parse(run.Output).RootElement;
        Assert.Empty(_schema.ProblemsOf(document));
        return (document, run);
    }

    private static JsonElement Phase(JsonElement document, string name) => Assert.Single(
        document.GetProperty("phases").EnumerateArray(), phase => phase.GetProperty("phase").GetString() == name);

    private static void AssertRace(JsonElement document)
    {
        JsonElement race = Phase(document, "race");
        Assert.True(race.GetProperty("failures").GetInt32() >= 5, $"{race}");
        Assert.All((string[])["GET", "POST"], method => Assert.True(race.GetProperty("failuresByMethod").GetProperty(method).GetInt32() > 0));
        Assert.All(
            document.GetProperty("failures").EnumerateArray(),
            static failure => Assert.Matches(@" \d\.\d{3} \d\.\d{3} -1 502 - \d+ \d+ ""(GET|POST) ", failure.GetProperty("line").GetString()!));
    }

    private static void AssertNone(JsonElement document, string phase)
    {
        JsonElement row = Phase(document, phase);
        Assert.Equal(0, row.GetProperty("failures").GetInt32());
        Assert.True(row.GetProperty("requests").GetInt32() >= Phase(document, "race").GetProperty("requests").GetInt32(), $"{row}");
    }

    [Fact]
    public async Task Reproduce_WithNode_ShowsTheRaceTheFixAndTheProtection()
    {
        (JsonElement document, ProgramRun run) = await Reproduce(_quickLimit, "--quick", "--server", "node");

        Assert.StartsWith("Node.js v", document.GetProperty("server").GetString(), StringComparison.Ordinal);
        AssertRace(document);
        AssertNone(document, "fix");
        AssertNone(document, "protect");
        Assert.True(Phase(document, "protect").GetProperty("withheld").GetInt32() > 0);
        Assert.All(
            document.GetProperty("failures").EnumerateArray(),
            static failure => Assert.Equal("no line: the request met a closed socket", failure.GetProperty("targetLog").GetString()));
        Assert.All(
            run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            static line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
    }

    [Fact(Explicit = true)]
    public async Task Reproduce_Whole_ProvesTheFixAroundTheBalancersOwnTimeout()
    {
        (JsonElement document, _) = await Reproduce(_wholeLimit, "--server", "node");

        AssertRace(document);
        AssertNone(document, "fix_at_idle_timeout");
        JsonElement proof = Phase(document, "fix_at_idle_timeout");
        Assert.Equal(0, proof.GetProperty("closedByTarget").GetInt32());
        Assert.True(proof.GetProperty("closedByBalancer").GetInt32() > 0);
        Assert.True(proof.GetProperty("fromAgeSeconds").GetDouble() < 60 && proof.GetProperty("toAgeSeconds").GetDouble() > 60);
    }

    [Fact(Explicit = true)]
    public async Task Reproduce_WithAServerThatRunsAlready_ShowsTheRaceAndTheProtection()
    {
        using NodeTarget target = await NodeTarget.StartAsync("127.0.0.1");

        (JsonElement document, _) = await Reproduce(_quickLimit, "--quick", "--target", target.Url);

        Assert.True(Phase(document, "race").GetProperty("failures").GetInt32() >= 5);
        AssertNone(document, "protect");
        Assert.DoesNotContain(
            document.GetProperty("phases").EnumerateArray(), static phase => phase.GetProperty("phase").GetString() == "fix");
    }

    [Fact(Explicit = true)]
    public async Task Reproduce_WhereTheTargetHandledTheRequest_FindsItsLine()
    {
        (JsonElement document, _) = await Reproduce(_wholeLimit, "--quick", "--scenario", "handled");

        AssertRace(document);
        Assert.True(Phase(document, "race").GetProperty("failuresHandled").GetInt32() >= 5);
    }

    // nginx says nothing of its timeout, so that the protection has closes to learn from only.
    [Fact(Explicit = true)]
    public async Task Reproduce_WithNginx_ShowsTheRaceTheFixAndTheProtection()
    {
        (JsonElement document, _) = await Reproduce(_wholeLimit, "--quick", "--server", "nginx");

        AssertRace(document);
        AssertNone(document, "fix");
        AssertNone(document, "protect");
    }

    [Fact]
    public async Task Reproduce_WithAProgramThatIsNotThere_SaysWhichAndExits72()
    {
        ProgramRun run = await ProgramRun.Of(
            "env", ["-i", "PATH=/nowhere", .. WeirBinary.Command, "reproduce", "--server", "gunicorn"]);

        Assert.Equal(72, run.ExitCode);
        Assert.Contains("gunicorn is not installed", run.Errors, StringComparison.Ordinal);
    }

    // Once it has been measured, among the first requests through the balancer.
    [Fact]
    public async Task Reproduce_WithACommandThatEndsInTheMiddle_SaysSoAndExits71()
    {
        const string Serves20 =
            "let n = 0; require(`http`).createServer((_, r) => ++n > 20 ? process.exit(3) : r.end())"
            + ".listen(process.env.PORT, `127.0.0.1`).keepAliveTimeout = 500";

        ProgramRun run = await ProgramRun.OfWeir("reproduce", "--command", $"node -e '{Serves20}'");

        Assert.Equal(71, run.ExitCode);
        Assert.Contains("ended in the middle of it with exit code 3, and wrote nothing", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reproduce_WithACommandThatEnds_Exits71()
    {
        ProgramRun run = await ProgramRun.OfWeir("reproduce", "--command", "sh -c 'echo broken; exit 3'");

        Assert.Equal(71, run.ExitCode);
        Assert.Contains("exit code 3: broken", run.Errors, StringComparison.Ordinal);
    }
}
