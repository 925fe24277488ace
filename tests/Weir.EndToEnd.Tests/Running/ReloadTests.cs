using System.Diagnostics;

namespace Weir.EndToEnd.Tests;

[Collection(AloneCollection.Name)]
public sealed class ReloadTests
{
    private const int ConnectionsPerSecond = 2_000;

    private static readonly WeirStart _fromTemplate = new() { HasOwnListeners = true };

    [Fact]
    public async Task Reload_UnderNewConnections_LosesNone()
    {
        using RawTarget first = RawTarget.Answering("first");
        using RawTarget second = RawTarget.Answering("second");
        using var folder = new TempFolder();
        var template = new Template { Targets = [first] };
        string file = template.WriteTo(folder);
        await using WeirProcess weir = await Start(file);
        await weir.WhenHealthy();

        var bodies = new Dictionary<string, int>();
        Task load = Load(weir.Port, seconds: 3, bodies);
        for (int reloads = 1; reloads <= 5; reloads++)
        {
            _ = (template with { Targets = reloads % 2 == 0 ? [first] : [first, second] }).WriteTo(folder);
            weir.Signal(Signals.SIGHUP);
            await Deadline.Until(() => weir.Events("reloaded").Length == reloads, "the template is in force");
        }

        await load;
        Assert.Equal(3 * ConnectionsPerSecond, bodies.Values.Sum());
        Assert.Equal(0, bodies.Where(static pair => pair.Key is not ("first" or "second")).Sum(static pair => pair.Value));
        Metrics metrics = await weir.WhenQuiet();
        Assert.Equal(0, metrics.Sum("weir_failures_total"));
        Assert.Equal(3 * ConnectionsPerSecond, metrics["weir_requests_total"]);
        Assert.Equal(0, await weir.StopAsync());
    }

    [Fact]
    public async Task Reload_OfABrokenTemplate_KeepsTheOldOne()
    {
        using RawTarget target = RawTarget.Answering("still here");
        using var folder = new TempFolder();
        string file = new Template { Targets = [target] }.WriteTo(folder);
        await using WeirProcess weir = await Start(file);

        File.AppendAllText(file, "  Broken: [\n");
        weir.Signal(Signals.SIGHUP);
        await Deadline.Until(() => weir.Events("not-reloaded").Length == 1, "it says that it did not reload");

        Assert.Contains(weir.Events("configuration"), static message => message.GetProperty("message").GetString()!.Contains("app.yaml:", StringComparison.Ordinal));
        Assert.Equal("still here", (await RawClient.Ask(weir.Port, RawClient.Get())).Body);
    }

    [Fact]
    public async Task Reload_ThatRemovesATarget_LetsItsRequestEndWithinTheDelay()
    {
        var mayAnswer = new TaskCompletionSource();
        using RawTarget old = RawTarget.Start(async exchange =>
        {
            await mayAnswer.Task;
            await exchange.Answer("old");
        });
        using RawTarget next = RawTarget.Answering("next");
        using var folder = new TempFolder();
        var template = new Template { Targets = [old] };
        await using WeirProcess weir = await (await Start(template.WriteTo(folder))).WhenHealthy();
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        await client.Send(RawClient.Get());
        await Deadline.Until(() => old.Requests == 1, "the request is at the old target");

        _ = (template with { Targets = [next] }).WriteTo(folder);
        weir.Signal(Signals.SIGHUP);
        await Deadline.Until(() => weir.Events("reloaded").Length == 1, "the template is in force");
        Assert.Equal("next", (await RawClient.Ask(weir.Port, RawClient.Get())).Body);
        mayAnswer.SetResult();
        Assert.Equal("old", (await client.ReadResponse()).Body);
    }

    [Fact]
    public async Task Reload_ThatRemovesATarget_Answers502WhenTheDelayEnds()
    {
        using RawTarget old = RawTarget.Start(static exchange => exchange.WaitForEnd());
        using var folder = new TempFolder();
        var template = new Template { Targets = [old], DeregistrationDelaySeconds = 1 };
        await using WeirProcess weir = await (await Start(template.WriteTo(folder))).WhenHealthy();
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        await client.Send(RawClient.Get());
        await Deadline.Until(() => old.Requests == 1, "the request is at the old target");

        _ = (template with { Targets = [] }).WriteTo(folder);
        weir.Signal(Signals.SIGHUP);
        Assert.Equal(502, (await client.ReadResponse()).StatusCode);
        await weir.WaitForMetric("weir_failures_total{reason=\"deregistration_delay_over\",side=\"target\"}", 1);
        Assert.Equal(503, (await RawClient.Ask(weir.Port, RawClient.Get())).StatusCode);
    }

    private static Task<WeirProcess> Start(string file) =>
        WeirProcess.StartAsync(_fromTemplate, "--template", file, "--address", "web=127.0.0.1", "--loops", "2");

    // A connection for each request, paced, so that every one of them meets a reload somewhere.
    private static async Task Load(int port, int seconds, Dictionary<string, int> bodies)
    {
        var elapsed = Stopwatch.StartNew();
        var running = new List<Task<string>>();
        for (int started = 0; started < seconds * ConnectionsPerSecond; started++)
        {
            while (elapsed.Elapsed.TotalSeconds * ConnectionsPerSecond < started)
            {
                await Task.Yield();
            }

            running.Add(AskOnce(port));
        }

        foreach (string body in await Task.WhenAll(running))
        {
            bodies[body] = bodies.GetValueOrDefault(body) + 1;
        }
    }

    private static async Task<string> AskOnce(int port)
    {
        try
        {
            return (await RawClient.Ask(port, RawClient.Get())).Body;
        }
        catch (Exception exception)
        {
            return exception.Message;
        }
    }
}
