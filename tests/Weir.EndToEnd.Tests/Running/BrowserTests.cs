namespace Weir.EndToEnd.Tests;

public sealed class BrowserTests
{
    private static readonly string[] _names = ["chromium", "chromium-browser", "google-chrome", "chrome-headless-shell"];

    [Fact]
    public async Task Chromium_OnAPageThroughWeir_ShowsItsText()
    {
        string? chromium = _names.Select(FindOnPath).FirstOrDefault(static found => found is not null);
        Assert.SkipWhen(chromium is null, "there is no Chromium on this machine");
        using ExpressTarget express = await ExpressTarget.StartAsync("the browser's");
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", express.Url, "--sticky", "60");

        ProgramRun run = await ProgramRun.Of(
            chromium!, ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", weir.Url + "/page"], TimeSpan.FromSeconds(60));
        Assert.Contains("page of the browser's", run.Output, StringComparison.Ordinal);
    }

    private static string? FindOnPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
