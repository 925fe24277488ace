using System.Text.Json;
using Weir.Tests.Schemas;

namespace Weir.EndToEnd.Tests;

public sealed class PredictTests
{
    private static readonly SchemaCheck _schema = SchemaCheck.Of(Tree.PathOf("docs/predict.schema.json"));

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
        Assert.All(run.Output.Split('\n'), static line => Assert.InRange(line.Length, 0, 110));
    }

    [Fact]
    public async Task Predict_WithASimulation_FormulaLiesInItsInterval()
    {
        ProgramRun run = await ProgramRun.OfWeir(
            "predict", "--keepalive", "2-3", "--rps", "0.5", "--latency", "10ms", "--simulate", "--json");

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

    [Fact]
    public async Task Predict_WithoutTraffic_NamesWhatIsMissing()
    {
        ProgramRun run = await ProgramRun.OfWeir("predict", "--keepalive", "5x");

        Assert.Equal((64, ""), (run.ExitCode, run.Output));
        Assert.Contains("--rps", run.Errors, StringComparison.Ordinal);
        Assert.Contains("--keepalive 5x", run.Errors, StringComparison.Ordinal);
    }
}
