using System.Text.Json;
using System.Text.RegularExpressions;
using Weir.Tests.Schemas;

namespace Weir.EndToEnd.Tests;

/// <summary>`weir reproduce` with a real Node.js server: the story itself.</summary>
public sealed class ReproduceTests
{
    private static readonly SchemaCheck _schema = SchemaCheck.Of(Tree.PathOf("docs/reproduce.schema.json"));
    private static readonly TimeSpan _quickLimit = TimeSpan.FromSeconds(100);

    // Source: the command's own promise for a whole run.
    private static readonly TimeSpan _wholeLimit = TimeSpan.FromMinutes(6);

    private static async Task<(JsonElement Document, ProgramRun Run)> Reproduce(TimeSpan limit, params string[] options)
    {
        ProgramRun run = await ProgramRun.Of(
            WeirBinary.Command[0], [.. WeirBinary.Command.Skip(1), "reproduce", "--json", .. options], limit);
        Assert.True(run.ExitCode == 0, $"exit code {run.ExitCode}: {run.Output}{run.Errors}");
        JsonElement document = JsonDocument.Parse(run.Output).RootElement;
        Assert.Empty(_schema.ProblemsOf(document));
        return (document, run);
    }

    private static JsonElement Phase(JsonElement document, string name) => Assert.Single(
        document.GetProperty("phases").EnumerateArray(), phase => phase.GetProperty("phase").GetString() == name);

    private static void AssertRace(JsonElement document)
    {
        JsonElement race = Phase(document, "race");
        Assert.True(race.GetProperty("failures").GetInt32() >= 5, $"{race}");
        Assert.All((string[])["GET", "POST"], method => Assert.True(race.GetProperty("failures_by_method").GetProperty(method).GetInt32() > 0));
        Assert.Equal(
            race.GetProperty("failures").GetInt32(),
            race.GetProperty("failures_by_end").EnumerateObject().Sum(static end => end.Value.GetInt32()));
        Assert.Equal(
            race.GetProperty("failures").GetInt32(),
            document.GetProperty("failures").EnumerateArray().Count(static failure => failure.GetProperty("is_race").GetBoolean()));
        Assert.All(
            document.GetProperty("failures").EnumerateArray(),
            static failure => Assert.Equal("target_closed", failure.GetProperty("reason").GetString()));
        Assert.All(
            document.GetProperty("failures").EnumerateArray(),
            static failure => Assert.Matches(@" \d\.\d{3} \d\.\d{3} -1 502 - \d+ \d+ ""(GET|POST) ", failure.GetProperty("line").GetString()!));
    }

    private static void AssertNone(JsonElement document, string phase)
    {
        JsonElement row = Phase(document, phase);
        Assert.Equal(0, row.GetProperty("failures").GetInt32());
        Assert.Equal(0, row.GetProperty("failed").GetInt32());
        Assert.Equal(0, row.GetProperty("balancer_5xx").GetInt64());
        Assert.True(row.GetProperty("judged").GetInt32() >= row.GetProperty("sent").GetInt32(), $"{row}");
        Assert.True(row.GetProperty("requests").GetInt32() >= Phase(document, "race").GetProperty("requests").GetInt32(), $"{row}");
    }

    [Fact]
    public async Task Reproduce_WithNode_ShowsTheRaceTheFixAndTheProtection()
    {
        (JsonElement document, ProgramRun run) = await Reproduce(_quickLimit, "--quick", "--server", "node");

        Assert.StartsWith("Node.js v", document.GetProperty("server").GetString(), StringComparison.Ordinal);
        AssertRace(document);
        AssertNone(document, "fix");
        AssertNone(document, "protect");
        Assert.True(Phase(document, "protect").GetProperty("withheld").GetInt32() > 0);
        Assert.Contains("--quick leaves that out", Assert.Single(document.GetProperty("not_proved").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, document.GetProperty("to_do").ValueKind);
        Assert.All(
            document.GetProperty("failures").EnumerateArray(),
            static failure => Assert.Equal("no line: the request met a closed socket", failure.GetProperty("target_log").GetString()));
        Assert.All(
            run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            static line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
    }

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

    [NativeOnly]
    [Fact]
    public async Task Reproduce_OverHttps_GivesTheStorysTwoLinesFieldByField()
    {
        (JsonElement document, _) = await Reproduce(_quickLimit, "--quick", "--https", "--method", "get", "--server", "node");

        Assert.True(document.GetProperty("laboratory").GetProperty("https").GetBoolean());
        Assert.True(Phase(document, "race").GetProperty("failures").GetInt32() >= 5);
        AssertNone(document, "fix");
        AssertNone(document, "protect");
        JsonElement[] failures = [.. document.GetProperty("failures").EnumerateArray()];
        Assert.All(failures, failure => AssertLikeTheStorys(_storysBad, failure.GetProperty("line").GetString()!));
        string[] before = [.. failures.Select(static failure => failure.GetProperty("line_before").GetString()).OfType<string>()];
        Assert.NotEmpty(before);
        Assert.All(before, line => AssertLikeTheStorys(_storysGood, line));
    }

    [Fact(Explicit = true)]
    public async Task Reproduce_Whole_ProvesTheFixAroundTheBalancersOwnTimeout()
    {
        (JsonElement document, _) = await Reproduce(_wholeLimit, "--server", "node");

        AssertRace(document);
        AssertNone(document, "fix_at_idle_timeout");
        JsonElement proof = Phase(document, "fix_at_idle_timeout");
        Assert.Equal(0, proof.GetProperty("closed_by_target").GetInt32());
        Assert.True(proof.GetProperty("closed_by_balancer").GetInt32() > 0);
        Assert.True(proof.GetProperty("at_chosen_ages").GetInt32() > proof.GetProperty("requests").GetInt32(), $"{proof}");
        Assert.Empty(document.GetProperty("not_proved").EnumerateArray());
        Assert.True(proof.GetProperty("from_age_seconds").GetDouble() < 60 && proof.GetProperty("to_age_seconds").GetDouble() > 60);
    }

    [Fact(Explicit = true)]
    public async Task Reproduce_WithAServerThatRunsAlready_ShowsTheRaceAndTheProtection()
    {
        using NodeTarget target = await NodeTarget.StartAsync("127.0.0.1");

        (JsonElement document, _) = await Reproduce(_quickLimit, "--quick", "--target", target.Url);

        Assert.True(Phase(document, "race").GetProperty("failures").GetInt32() >= 5);
        AssertNone(document, "protect");
        Assert.DoesNotContain(
            document.GetProperty("phases").EnumerateArray(), static phase => phase.GetProperty("phase").GetString() == "fix");
        Assert.Contains("the fix was not tried", document.GetProperty("verdict").GetString(), StringComparison.Ordinal);
        Assert.Single(document.GetProperty("not_proved").EnumerateArray());
        Assert.StartsWith("give the target a keep-alive of 65 s or more", document.GetProperty("to_do").GetString(), StringComparison.Ordinal);
    }

    // The relay reads what passes, and hands on how Node.js ends TLS.
    [NativeOnly]
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

        (JsonElement document, _) = await Reproduce(_quickLimit, "--quick", "--target", url);

        Assert.Equal(url, document.GetProperty("server").GetString());
        Assert.True(document.GetProperty("laboratory").GetProperty("target_tls").GetBoolean());
        Assert.True(Phase(document, "race").GetProperty("failures").GetInt32() >= 5);
        Assert.All(
            document.GetProperty("failures").EnumerateArray().Where(static failure => failure.GetProperty("is_race").GetBoolean()),
            static failure => Assert.Equal(("met_close", "target_closed"), (failure.GetProperty("kind").GetString(), failure.GetProperty("reason").GetString())));
        AssertNone(document, "protect");
    }

    [Fact(Explicit = true)]
    public async Task Reproduce_WhereTheTargetHandledTheRequest_FindsItsLine()
    {
        (JsonElement document, _) = await Reproduce(_wholeLimit, "--quick", "--scenario", "handled");

        AssertRace(document);
        Assert.True(Phase(document, "race").GetProperty("failures_handled").GetInt32() >= 5);
    }

    // nginx, gunicorn and Puma say nothing of their timeouts, so that the protection has closes to learn from only; Apache
    // swallows what comes after its FIN; gunicorn closes now at one age and now at another.
    [NativeOnly]
    [Theory]
    [InlineData("apache", "Apache/", "apache2", "httpd")]
    [InlineData("nginx", "nginx/", "nginx", Explicit = true)]
    [InlineData("gunicorn", "gunicorn ", "gunicorn", "gunicorn3", Explicit = true)]
    [InlineData("puma", "", "puma", Explicit = true)]
    public async Task Reproduce_WithARealServer_ShowsTheRaceTheFixAndTheProtection(string server, string name, params string[] programs)
    {
        Assert.SkipWhen(ServerProgram.Find(programs) is null, $"{server} is not on this machine");

        (JsonElement document, _) = await Reproduce(_wholeLimit, "--quick", "--server", server);

        Assert.StartsWith(name, document.GetProperty("server").GetString(), StringComparison.OrdinalIgnoreCase);
        AssertRace(document);
        AssertNone(document, "fix");
        AssertNone(document, "protect");
    }

    // It must meet a close before it knows of it: what may not be sent twice is not sent at all.
    [NativeOnly]
    [Fact]
    public async Task Reproduce_WithoutHints_SendsOnlyGetsInProtectAndSavesThem()
    {
        using var node = new OddNode(start: 0);

        ProgramRun run = await node.Reproduce(_quickLimit, "--quick", "--no-hints");

        Assert.True(run.ExitCode == 0, $"exit code {run.ExitCode}: {run.Output}{run.Errors}");
        Assert.Matches(@"  \d+ of \d+ requests that met the moment got 502 \(\d+ GET and \d+ POST\)\.", run.Output);
        string protection = run.Output[run.Output.IndexOf("Without the fix, protected by the balancer", StringComparison.Ordinal)..];
        Assert.Contains("Node's defaults; the same traffic, GET only\n", protection, StringComparison.Ordinal);
        Assert.DoesNotContain("POST", protection, StringComparison.Ordinal);
        Assert.Matches(@"✓ None of \d+ requests failed\. \d+ of them came at that moment\.", protection);
        Assert.Matches(@"[1-9]\d* met\s+the\s+close,\s+were\s+sent\s+again\s+on\s+a\s+new\s+connection,\s+and\s+answered\.", protection);
        Assert.Matches(@"\nas is, with Weir \(protect\) .* none in \d+\n", protection);
        Assert.Contains("  Not proved: that nothing fails around the balancer's own 60 s: --quick leaves that out.\n", protection, StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n'), static line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public async Task Reproduce_WithAProgramThatIsNotThere_SaysWhichAndExits72()
    {
        ProgramRun run = await ProgramRun.Of(
            "env", ["-i", "PATH=/nowhere", .. WeirBinary.Command, "reproduce", "--server", "gunicorn"]);

        Assert.Equal(72, run.ExitCode);
        Assert.Contains("gunicorn is not installed", run.Errors, StringComparison.Ordinal);
    }

    // Once it has been measured, among the first requests through the balancer.
    [Fact]
    public async Task Reproduce_WithACommandThatEndsInTheMiddle_SaysSoAndExits71()
    {
        const string Serves20 =
            "let n = 0; require(`http`).createServer((_, r) => ++n > 20 ? process.exit(3) : r.end())"
            + ".listen(process.env.PORT, `127.0.0.1`).keepAliveTimeout = 500";

        ProgramRun run = await ProgramRun.OfWeir("reproduce", "--command", $"node -e '{Serves20}'");

        Assert.Equal(71, run.ExitCode);
        Assert.Contains("ended in the middle of it with exit code 3, and wrote nothing", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reproduce_WithACommandThatEnds_Exits71()
    {
        ProgramRun run = await ProgramRun.OfWeir("reproduce", "--command", "sh -c 'echo broken; exit 3'");

        Assert.Equal(71, run.ExitCode);
        Assert.Contains("exit code 3: broken", run.Errors, StringComparison.Ordinal);
    }
}
