namespace Weir.EndToEnd.Tests;

[NativeOnly]
public sealed class BrowserTests
{
    private static readonly string[] _names = ["chromium", "chromium-browser", "google-chrome", "chrome-headless-shell"];

    [Fact]
    public async Task Chromium_OnAPageThroughWeir_ShowsItsText()
    {
        string chromium = Chromium();
        using ExpressTarget express = await ExpressTarget.StartAsync("the browser's");
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", express.Url, "--sticky", "60");

        ProgramRun run = await ProgramRun.Of(
            chromium, ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", weir.Url + "/page"], TimeSpan.FromSeconds(60));
        Assert.Contains("page of the browser's", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chromium_OnAPageOfManyFiles_LoadsThemOverOneConnection()
    {
        const int Files = 200;
        string chromium = Chromium();
        // Each file counts itself, and the page shows the sum when it has them all.
        using NodeTarget target = await NodeTarget.Serving($$"""
            if (request.url.startsWith('/file')) {
              response.setHeader('Content-Type', 'text/javascript');
              response.end('window.loaded = (window.loaded || 0) + 1;' + ' '.repeat(Number(request.url.slice(5)) * 50));
            } else {
              response.setHeader('Content-Type', 'text/html');
              let page = '<link rel=icon href="data:,">';
              for (let i = 0; i < {{Files}}; i++) page += `<script async src="/file${i}"></script>`;
              response.end(page + '<script>onload = () => document.body.append(`${window.loaded} files`)</script>');
            }
            """);
        await using HttpsSite site = await HttpsSite.Start(target.Url);

        ProgramRun run = await ProgramRun.Of(
            chromium,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors", "--enable-logging=stderr",
                "--dump-dom", $"https://127.0.0.1:{site.Weir.Port}/page",
            ],
            TimeSpan.FromSeconds(60));
        Assert.Contains($"{Files} files", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("CONSOLE", run.Errors, StringComparison.Ordinal);
        await site.Weir.WhenQuiet();
        Metrics metrics = await site.Weir.ReadMetrics();
        Assert.Equal(0, metrics.Sum("weir_http2_faults_total"));
        LogLine[] lines = await site.Weir.StopAndReadLog();
        Assert.Equal(Files + 1, lines.Length);
        Assert.All(lines, static line => Assert.Equal(["h2", "200"], [line[1], line.ElbStatus]));
        // Before it knows that it gets HTTP/2 it may open a second one, and then has no use for it.
        Assert.Single(lines.Select(static line => line[30]).Distinct());
    }

    private static string Chromium()
    {
        string? found = _names.Select(FindOnPath).FirstOrDefault(static found => found is not null);
        Assert.SkipWhen(found is null, "there is no Chromium on this machine");
        return found!;
    }

    private static string? FindOnPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
