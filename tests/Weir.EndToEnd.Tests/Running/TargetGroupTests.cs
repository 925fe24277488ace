namespace Weir.EndToEnd.Tests;

/// <summary>Choosing among targets: in turn, by health, by cookie.</summary>
[NativeOnly]
public sealed class TargetGroupTests
{
    private static readonly WeirStart _fromTemplate = new() { HasOwnListeners = true };

    // Two failures in a row at the shortest interval there is, 5 s.
    private static readonly TimeSpan _healthLimit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task TwoTargets_InTurn_GetTheSameNumberOfRequests()
    {
        using RawTarget one = RawTarget.Answering("one");
        using RawTarget two = RawTarget.Answering("two");
        await using WeirProcess weir = await (await WeirProcess.StartAsync("--target", one.Url, "--target", two.Url)).WhenHealthy(2);
        for (int i = 0; i < 20; i++)
        {
            await RawClient.Ask(weir.Port, RawClient.Get());
        }

        Assert.Equal((10, 10), (one.Requests, two.Requests));
    }

    [Fact]
    public async Task Target_ThatFailsItsChecks_GetsNothingUntilItRecovers()
    {
        using RawTarget one = RawTarget.Answering("one");
        using RawTarget two = RawTarget.Answering("two");
        using var folder = new TempFolder();
        string file = new Template { Targets = [one, two] }.WriteTo(folder);
        await using WeirProcess weir =
            await (await WeirProcess.StartAsync(_fromTemplate, "--template", file, "--address", "web=127.0.0.1")).WhenHealthy(2);
        string healthOfTwo = $"weir_target_healthy{{target_group=\"app\",target=\"{two.Key}\"}}";

        two.HealthCode = 500;
        await Deadline.Until(async () => (await weir.ReadMetrics())[healthOfTwo] == 0, "the second target is unhealthy", _healthLimit);
        string state = $"weir_target_state{{target_group=\"app\",target=\"{two.Key}\",state=\"unhealthy\",reason=\"Target.ResponseCodeMismatch\"}}";
        Assert.Equal(1, (await weir.ReadMetrics())[state]);
        int before = two.Requests;
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("one", (await RawClient.Ask(weir.Port, RawClient.Get())).Body);
        }

        Assert.Equal(before, two.Requests);
        Assert.Equal(0, (await weir.ReadMetrics())["weir_unhealthy_routing_requests_total"]);

        one.HealthCode = 503;
        string healthOfOne = $"weir_target_healthy{{target_group=\"app\",target=\"{one.Key}\"}}";
        await Deadline.Until(async () => (await weir.ReadMetrics())[healthOfOne] == 0, "no target is healthy", _healthLimit);
        string[] bodies = [(await RawClient.Ask(weir.Port, RawClient.Get())).Body, (await RawClient.Ask(weir.Port, RawClient.Get())).Body];
        Assert.Equal(["one", "two"], bodies.Order());
        await weir.WaitForMetric("weir_unhealthy_routing_requests_total", 2);

        two.HealthCode = 200;
        await weir.WaitForMetric(healthOfTwo, 1, _healthLimit);
        Assert.Equal("two", (await RawClient.Ask(weir.Port, RawClient.Get())).Body);
    }

    [Fact]
    public async Task StickySession_AcrossARestart_StaysOnItsTarget()
    {
        using RawTarget one = RawTarget.Answering("one");
        using RawTarget two = RawTarget.Answering("two");
        using var folder = new TempFolder();
        string jar = folder.PathOf("cookies");
        string[] options = ["--target", one.Url, "--target", two.Url, "--sticky", "600", "--state-dir", folder.PathOf("state")];
        string first;
        await using (WeirProcess weir = await (await WeirProcess.StartAsync(options)).WhenHealthy(2))
        {
            first = await AskWithJar(weir, jar);
            Assert.Equal([first, first, first], [await AskWithJar(weir, jar), await AskWithJar(weir, jar), await AskWithJar(weir, jar)]);
            await weir.StopAsync();
        }

        Assert.Contains("AWSALB\t", File.ReadAllText(jar), StringComparison.Ordinal);
        Assert.Contains("AWSALBCORS\t", File.ReadAllText(jar), StringComparison.Ordinal);
        await using WeirProcess again = await (await WeirProcess.StartAsync(options)).WhenHealthy(2);
        Assert.Equal([first, first, first], [await AskWithJar(again, jar), await AskWithJar(again, jar), await AskWithJar(again, jar)]);
        Assert.Equal(0, (await again.ReadMetrics())["weir_non_sticky_requests_total"]);
    }

    private static async Task<string> AskWithJar(WeirProcess weir, string jar) =>
        (await ProgramRun.Of("curl", ["-sS", "-b", jar, "-c", jar, weir.Url])).Output;
}
