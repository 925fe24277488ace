using System.Text.Json;
using System.Text.RegularExpressions;

namespace Weir.EndToEnd.Tests;

/// <summary>`weir reproduce` with TLS before the balancer, and behind it.</summary>
[NativeOnly]
public sealed class HttpsReproduceTests
{
    // Source: the two lines of an ALB's log, of 2020, that this project starts from, with what was masked in them as a star.
    private static readonly string[] _storysGood =
        ["https", "2020-10-20T05:44:51.555553Z", "*", "*", "*:80", "0.000", "0.003", "0.000", "304", "304", "723", "188", "GET * HTTP/1.1", "*", "ECDHE-RSA-AES128-GCM-SHA256", "TLSv1.2"];

    private static readonly string[] _storysBad =
        ["https", "2020-10-20T05:44:56.555810Z", "*", "*", "*:80", "0.000", "0.000", "-1", "502", "-", "723", "679", "GET * HTTP/1.1", "*", "ECDHE-RSA-AES128-GCM-SHA256", "TLSv1.2"];

    // A field as a pattern: times and sizes differ from run to run; a code of a target is a good one, of its own choice.
    private static string Pattern(string field) => field switch
    {
        "*" => ".+",
        "304" => "[23][0-9]{2}",
        _ when field.EndsWith('Z') => "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z",
        _ when field.Contains('.', StringComparison.Ordinal) && char.IsDigit(field[0]) => "[0-9]+[.][0-9]{3}",
        _ when field.StartsWith("*:", StringComparison.Ordinal) => "[0-9.]+:[0-9]+",
        _ when field.StartsWith("GET", StringComparison.Ordinal) => "GET https://[^ ]+ HTTP/1[.]1",
        "723" or "188" or "679" => "[1-9][0-9]*",
        _ => Regex.Escape(field),
    };

    private static void AssertLikeTheStorys(string[] story, string line)
    {
        string[] fields = [.. Regex.Matches(line, "\"([^\"]*)\"|[^ ]+").Select(static match => match.Value.Trim('"'))];
        Assert.True(fields.Length > story.Length, line);
        Assert.All(
            story.Zip(fields), static pair => Assert.Matches($"^{Pattern(pair.First)}$", pair.Second));
    }

    [Fact]
    public async Task Reproduce_OverHttps_GivesTheStorysTwoLinesFieldByField()
    {
        (JsonElement document, _) = await ReproduceRun.Of(ReproduceRun.QuickLimit, "--quick", "--https", "--method", "get", "--server", "node");

        Assert.True(document.GetProperty("laboratory").GetProperty("https").GetBoolean());
        Assert.True(ReproduceRun.Phase(document, "race").GetProperty("failures").GetInt32() >= 5);
        ReproduceRun.AssertNone(document, "fix");
        ReproduceRun.AssertNone(document, "protect");
        JsonElement[] failures = [.. document.GetProperty("failures").EnumerateArray()];
        Assert.All(failures, failure => AssertLikeTheStorys(_storysBad, failure.GetProperty("line").GetString()!));
        string[] before = [.. failures.Select(static failure => failure.GetProperty("line_before").GetString()).OfType<string>()];
        Assert.NotEmpty(before);
        Assert.All(before, line => AssertLikeTheStorys(_storysGood, line));
    }

    // The relay reads what passes, and hands on how Node.js ends TLS.
    [Theory]
    [InlineData("TLSv1.3")]
    [InlineData("TLSv1.2", Explicit = true)]
    public async Task Reproduce_WithATargetOverTls_ShowsTheRaceAndTheProtection(string version)
    {
        const string Script = """
            const pem = require('node:fs').readFileSync(process.argv[1]);
            const options = { key: pem, cert: pem, maxVersion: process.argv[2], keepAliveTimeout: 1000 };
            const server = require('node:https').createServer(options, (request, response) => response.end('ok'));
            server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
            process.stdin.resume();
            process.stdin.on('end', () => process.exit());
            """;
        using var folder = new TempFolder();
        TestCertificate.Write(folder.PathOf("target.pem"), "target.test");
        using ServerProcess node = await ServerProcess.StartAsync("port ", "node", "-e", Script, folder.PathOf("target.pem"), version);
        string url = $"https://127.0.0.1:{node.Lines.Single(static line => line.StartsWith("port ", StringComparison.Ordinal))[5..]}";

        (JsonElement document, _) = await ReproduceRun.Of(ReproduceRun.QuickLimit, "--quick", "--target", url);

        Assert.Equal(url, document.GetProperty("server").GetString());
        Assert.True(document.GetProperty("laboratory").GetProperty("target_tls").GetBoolean());
        Assert.True(ReproduceRun.Phase(document, "race").GetProperty("failures").GetInt32() >= 5);
        Assert.All(
            document.GetProperty("failures").EnumerateArray().Where(static failure => failure.GetProperty("is_race").GetBoolean()),
            static failure => Assert.Equal(("met_close", "target_closed"), (failure.GetProperty("kind").GetString(), failure.GetProperty("reason").GetString())));
        ReproduceRun.AssertNone(document, "protect");
    }
}
