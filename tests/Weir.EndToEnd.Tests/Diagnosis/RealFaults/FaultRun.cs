using System.Globalization;
using System.Text.Json;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// A run of the real balancer, as ALB works, before real services with real faults, and what `weir diagnose` says of its access log alone.
/// The logs and the truth are kept in artifacts/real-faults, so that a verdict can be looked into.
/// </summary>
/// <param name="name">Of what is kept.</param>
internal sealed class FaultRun(string name, FaultyService[] services)
{
    // Longer than the targets' own limits here, as it should be, and short enough to be waited for.
    private const int IdleTimeoutSeconds = 8;

    private static readonly WeirStart _fromTemplate = new() { HasOwnListeners = true };

    // What is still on its way when the stage is over: 504 after ten seconds, and half of a request that nobody ends.
    private static readonly TimeSpan _answersLimit = TimeSpan.FromSeconds(30);

    /// <summary>Lets the services be used for so long, and compares.</summary>
    public async Task<ConfusionMatrix> Run(TimeSpan duration)
    {
        using var folder = new TempFolder();
        string template = folder.PathOf("app.yaml"), explain = folder.PathOf("explain.log");
        try
        {
            await Task.WhenAll(services.Select(static service => service.Start()));
            WriteTemplate(template);
            await using WeirProcess weir = await WeirProcess.StartAsync(
                _fromTemplate, "--template", template, "--address", $"{FaultTemplate.LoadBalancer}=127.0.0.1", "--explain", explain);
            await weir.WhenHealthy(services.Where(static service => service.IsHealthy).Sum(static service => service.Targets.Count));
            var stage = new FaultStage(duration, () => Reload(weir, template));
            await Task.WhenAll(services.Select(service => service.Run(stage))).WaitAsync(duration + _answersLimit);
            await weir.StopAsync();
            return await Compare(Keep(weir.LogFile, ".log"), ExplainLine.ReadAll(Keep(explain, ".explain.jsonl")));
        }
        finally
        {
            foreach (FaultyService service in services)
            {
                service.Dispose();
            }
        }
    }

    private void WriteTemplate(string file) => File.WriteAllText(file, FaultTemplate.Of(services, IdleTimeoutSeconds));

    private async Task Reload(WeirProcess weir, string template)
    {
        int before = weir.Events("reloaded").Length;
        WriteTemplate(template);
        weir.Signal(Signals.SIGHUP);
        await Deadline.Until(() => weir.Events("reloaded").Length > before, "the template is in force");
    }

    private async Task<ConfusionMatrix> Compare(string log, ExplainLine[] explained)
    {
        Dictionary<string, string> truth = Truth(explained);
        File.WriteAllLines(
            Path.ChangeExtension(log, ".truth.jsonl"),
            truth.Select(static pair => JsonSerializer.Serialize(new { trace_id = pair.Key, cause = pair.Value })));
        string each = Path.ChangeExtension(log, ".each.jsonl");
        ProgramRun run = await DiagnoseRun.Of(log, "--each", each, "--idle-timeout", IdleTimeoutSeconds.ToString(CultureInfo.InvariantCulture));
        Assert.True(run.ExitCode == DiagnoseRun.Findings, run.Errors);
        JsonElement[] verdicts = DiagnoseRun.Each(each);
        string[] keys = [.. Numbered(verdicts.Select(KeyOf))];
        Assert.Equal(truth.Keys.Order(StringComparer.Ordinal), keys.Order(StringComparer.Ordinal));
        var matrix = new ConfusionMatrix();
        foreach ((string key, JsonElement verdict) in keys.Zip(verdicts))
        {
            matrix.Add(truth[key], verdict.GetProperty("cause").GetString()!);
        }

        return matrix;
    }

    private Dictionary<string, string> Truth(ExplainLine[] explained)
    {
        InjectedFault[] faults = [.. services.SelectMany(static service => service.Faults)];
        ExplainLine[] errors = [.. explained.Where(static line => line.Number("status_code") >= 400)];
        // A request that could not be read has no trace id.
        string[] keys = [.. Numbered(errors.Select(static line => line.Text("trace_id") ?? line.Text("time")!))];
        var truth = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, ExplainLine line) in keys.Zip(errors))
        {
            string? cause = TrueCause.Of(line, faults);
            Assert.True(cause is not null, $"no injected fault, or more than one, explains {line}");
            truth.Add(key, cause);
        }

        return truth;
    }

    private string Keep(string file, string extension)
    {
        string folder = Directory.CreateDirectory(Tree.PathOf("artifacts/real-faults")).FullName;
        string kept = Path.Combine(folder, name + extension);
        File.Copy(file, kept, overwrite: true);
        return kept;
    }

    // Errors of one turn of the loop have one time; both logs have them in one order.
    private static IEnumerable<string> Numbered(IEnumerable<string> keys)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string key in keys)
        {
            int before = seen.GetValueOrDefault(key);
            seen[key] = before + 1;
            yield return before == 0 ? key : $"{key} {before + 1}";
        }
    }

    private static string KeyOf(JsonElement verdict) =>
        verdict.GetProperty("trace_id").GetString() ?? verdict.GetProperty("time").GetString()!;
}
