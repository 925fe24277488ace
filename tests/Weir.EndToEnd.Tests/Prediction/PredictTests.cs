using System.Globalization;
using System.Text.Json;
using Weir.Tests.Schemas;

namespace Weir.EndToEnd.Tests;

[NativeOnly]
public sealed class PredictTests
{
    private static readonly SchemaCheck _schema = SchemaCheck.Of(Tree.PathOf("docs/predict.schema.json"));

    // It computes for seconds, and on a busy machine for many.
    private static readonly TimeSpan _simulationLimit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Predict_OfTheDocumentsExample_SaysHowOften()
    {
        ProgramRun run = await ProgramRun.OfWeir("predict", "--keepalive", "6", "--rps", "0.2", "--latency", "250us", "--handling", "2.5ms");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        // Source: docs/race.md, an example
        Assert.Matches(@"502s a day +0\.52\d?\n", run.Output);
        Assert.Contains("1 in 33,200", run.Output, StringComparison.Ordinal);
        Assert.Contains("◀ yours", run.Output, StringComparison.Ordinal);
        Assert.Contains("A load test hides it", run.Output, StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n'), static line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public async Task Predict_WithASimulation_FormulaLiesInItsInterval()
    {
        ProgramRun run = await ProgramRun.Of(
            WeirBinary.Command[0],
            [.. WeirBinary.Command.Skip(1), "predict", "--keepalive", "2-3", "--rps", "0.5", "--latency", "10ms", "--simulate", "--json"],
            _simulationLimit);

        Assert.Equal(0, run.ExitCode);
        JsonElement document = JsonDocument.Parse(run.Output).RootElement;
        Assert.Empty(_schema.ProblemsOf(document));
        JsonElement simulation = document.GetProperty("simulation");
        Assert.Equal(0, simulation.GetProperty("other_failures").GetInt64());
        Assert.Equal(400, simulation.GetProperty("races").GetInt64());
        Assert.InRange(
            document.GetProperty("formula").GetProperty("per_million").GetDouble(),
            simulation.GetProperty("low").GetDouble() * 0.97,
            simulation.GetProperty("high").GetDouble() * 1.03);
    }

    // A connection that was idle for 6 s less the window meets the close; one line in a hundred here is such a 502.
    [Fact]
    public async Task Predict_FromALog_ComparesWithWhatTheLogShows()
    {
        using var folder = new TempFolder();
        string log = folder.Write("access.log", string.Concat(Enumerable.Range(0, 700).Select(static i => Line(i, isRace: i % 100 == 99))));

        ProgramRun run = await ProgramRun.OfWeir("predict", "--keepalive", "6", "--latency", "30ms", "--from-log", log, "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        JsonElement document = JsonDocument.Parse(run.Output).RootElement;
        Assert.Empty(_schema.ProblemsOf(document));
        JsonElement group = Assert.Single(document.GetProperty("log").EnumerateArray());
        Assert.Equal((700, 7, 1), (group.GetProperty("requests").GetInt64(), group.GetProperty("observed").GetInt64(), group.GetProperty("pools").GetInt32()));
        // One request in 5 s and a window of 60 ms: 700 · (e^(−0.2·5.94) − e^(−0.2·6))
        Assert.InRange(group.GetProperty("expected").GetDouble(), 2.4, 2.7);
    }

    [Fact]
    public async Task Predict_FromALogOfTwoGroupsWithTheSameTarget_KeepsThemApart()
    {
        using var folder = new TempFolder();
        string log = folder.Write("access.log", string.Concat(
            Enumerable.Range(0, 400).Select(static i => Line(i, isRace: i is 100 or 200, group: i % 2 == 0 ? "web" : "api"))));

        ProgramRun json = await ProgramRun.OfWeir("predict", "--keepalive", "6", "--from-log", log, "--json");
        ProgramRun text = await ProgramRun.OfWeir("predict", "--keepalive", "6", "--from-log", log);

        (string Group, int Pools, int Observed)[] groups = [.. JsonDocument.Parse(json.Output).RootElement.GetProperty("log").EnumerateArray()
            .Select(static row => (row.GetProperty("target_group").GetString()!.Split('/')[1], row.GetProperty("pools").GetInt32(), row.GetProperty("observed").GetInt32()))
            .Order()];
        Assert.Equal([("api", 1, 0), ("web", 1, 2)], groups);
        Assert.Matches(@"web +1 +200 +\S+ +2 ", text.Output);
        Assert.All(text.Output.Split('\n'), static line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public async Task Predict_FromALogThatIsNotThere_NamesIt()
    {
        ProgramRun run = await ProgramRun.OfWeir("predict", "--keepalive", "6", "--from-log", "/no/such.log");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("/no/such.log", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_WithoutTraffic_NamesWhatIsMissing()
    {
        ProgramRun run = await ProgramRun.OfWeir("predict", "--keepalive", "5x");

        Assert.Equal((64, ""), (run.ExitCode, run.Output));
        Assert.Contains("--rps", run.Errors, StringComparison.Ordinal);
        Assert.Contains("--keepalive 5x", run.Errors, StringComparison.Ordinal);
    }

    private static string Line(int number, bool isRace, string group = "web")
    {
        string time = new DateTime(2026, 9, 23, 7, 0, 0, DateTimeKind.Utc).AddSeconds(5 * number).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        string codes = isRace ? "0.000 0.000 -1 502 -" : "0.000 0.003 0.000 200 200";
        return $"http {time} app/web/50dc6c495c0c9188 203.0.113.9:41234 10.0.0.1:80 {codes} 120 300 \"GET http://www.example.com:80/ HTTP/1.1\" \"curl\" - - "
            + $"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/{group}/73e2d6bc24d8a067 \"Root=1-5f8e7a63-36d228ad5d99923122bbe354\" "
            + $"\"-\" \"-\" 0 {time} \"forward\" \"-\" \"-\" \"10.0.0.1:80\" \"-\" \"-\" \"-\"\n";
    }
}
