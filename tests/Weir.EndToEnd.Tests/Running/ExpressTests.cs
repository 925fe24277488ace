using System.Text.Json;

namespace Weir.EndToEnd.Tests;

/// <summary>A real service behind the balancer, asked by real clients.</summary>
public sealed class ExpressTests
{
    [Fact]
    public async Task Express_BehindWeir_IsServedCheckedAndLogged()
    {
        using ExpressTarget express = await ExpressTarget.StartAsync("one");
        await using WeirProcess weir =
            await (await WeirProcess.StartAsync("--target", express.Url, "--health-check-path", "/health")).WhenHealthy();

        Assert.Equal("hello from one", (await Curl(weir.Url)).Output);
        ProgramRun echo = await Curl("-H", "Content-Type: application/json", "-d", "{\"a\":[1,2,3]}", weir.Url + "/echo");
        Assert.Equal("{\"a\":[1,2,3]}", echo.Output);
        ProgramRun stream = await Curl(weir.Url + "/stream");
        Assert.Equal(string.Concat(Enumerable.Range(0, 100).Select(static i => $"line {i}\n")), stream.Output);
        ProgramRun missing = await Curl("-o", "/dev/null", "-w", "%{http_code}", weir.Url + "/missing");
        Assert.Equal("404", missing.Output);
        ProgramRun thrown = await Curl("-o", "/dev/null", "-w", "%{http_code}", weir.Url + "/throw");
        Assert.Equal("500", thrown.Output);
        using JsonDocument headers = JsonDocument.Parse((await Curl(weir.Url + "/headers")).Output);
        Assert.Equal("127.0.0.1", headers.RootElement.GetProperty("x-forwarded-for").GetString());
        Assert.Equal("http", headers.RootElement.GetProperty("x-forwarded-proto").GetString());
        Assert.False(headers.RootElement.TryGetProperty("connection", out JsonElement connection) && connection.GetString() == "close");

        Metrics metrics = await weir.WhenQuiet();
        Assert.Equal(
            [4, 1, 1, 0],
            new[] { "weir_target_2xx_total", "weir_target_4xx_total", "weir_target_5xx_total", "weir_elb_5xx_total" }.Select(name => metrics[name]));
        LogLine[] lines = await weir.StopAndReadLog();
        Assert.Equal(["200", "200", "200", "404", "500", "200"], lines.Select(static line => line.TargetStatus));
        Assert.All(lines, line => Assert.Equal($"127.0.0.1:{express.Port}", line.Target));
    }

    [Fact]
    public async Task TwoExpresses_WithStickySessions_KeepEachBrowserOnItsOwn()
    {
        using ExpressTarget one = await ExpressTarget.StartAsync("one");
        using ExpressTarget two = await ExpressTarget.StartAsync("two");
        using var folder = new TempFolder();
        await using WeirProcess weir = await (await WeirProcess.StartAsync(
            "--target", one.Url, "--target", two.Url, "--sticky", "60", "--health-check-path", "/health")).WhenHealthy(2);

        var answers = new List<string>();
        foreach (string browser in (string[])["a", "b"])
        {
            string jar = folder.PathOf(browser);
            string own = (await Curl("-b", jar, "-c", jar, weir.Url)).Output;
            for (int i = 0; i < 4; i++)
            {
                Assert.Equal(own, (await Curl("-b", jar, "-c", jar, weir.Url)).Output);
            }

            answers.Add(own);
        }

        Assert.Equal(["hello from one", "hello from two"], answers.Order());
    }

    private static Task<ProgramRun> Curl(params string[] arguments) => ProgramRun.Of("curl", ["-sS", .. arguments]);
}
