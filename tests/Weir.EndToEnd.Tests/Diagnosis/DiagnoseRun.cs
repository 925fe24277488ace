using System.Text.Json;
using Weir.Tests.Schemas;

namespace Weir.EndToEnd.Tests;

/// <summary>Runs `weir diagnose`, and holds what it writes against its schemas.</summary>
internal static class DiagnoseRun
{
    public const int NothingFound = 0;
    public const int CouldNot = 1;
    public const int Findings = 2;

    private static readonly SchemaCheck _report = SchemaCheck.Of(Tree.PathOf("docs/diagnose.schema.json"));
    private static readonly SchemaCheck _each = SchemaCheck.Of(Tree.PathOf("docs/diagnose-each.schema.json"));

    public static Task<ProgramRun> Of(params string[] arguments) => ProgramRun.OfWeir(["diagnose", .. arguments]);

    public static Task<ProgramRun> OfInput(string input, params string[] arguments) =>
        ProgramRun.Of(WeirBinary.Command[0], [.. WeirBinary.Command.Skip(1), "diagnose", .. arguments], input: input);

    /// <summary>The JSON report of a run, which has to hold to the schema.</summary>
    public static async Task<JsonElement> Report(int exitCode, params string[] arguments) =>
        Checked(await Of(["--format", "json", .. arguments]), exitCode);

    public static JsonElement Checked(ProgramRun run, int exitCode)
    {
        Assert.True(run.ExitCode == exitCode, $"exit code {run.ExitCode}: {run.Output}{run.Errors}");
        JsonElement report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Empty(_report.ProblemsOf(report));
        return report;
    }

    /// <summary>The lines of `--each`, which have to hold to the schema.</summary>
    public static JsonElement[] Each(string file)
    {
        JsonElement[] lines = [.. File.ReadLines(file).Select(static line => JsonDocument.Parse(line).RootElement)];
        Assert.All(lines, static line => Assert.Empty(_each.ProblemsOf(line)));
        return lines;
    }
}
