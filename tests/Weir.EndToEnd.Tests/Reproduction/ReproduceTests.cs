using System.Text.Json;

namespace Weir.EndToEnd.Tests;

/// <summary>`weir reproduce` with a real Node.js server: the story itself.</summary>
public sealed class ReproduceTests
{
    [Fact]
    public async Task Reproduce_WithNode_ShowsTheRaceTheFixAndTheProtection()
    {
        (JsonElement document, ProgramRun run) = await ReproduceRun.Of(ReproduceRun.QuickLimit, "--quick", "--server", "node");

        Assert.StartsWith("Node.js v", document.GetProperty("server").GetString(), StringComparison.Ordinal);
        ReproduceRun.AssertRace(document);
        ReproduceRun.AssertNone(document, "fix");
        ReproduceRun.AssertNone(document, "protect");
        Assert.True(ReproduceRun.Phase(document, "protect").GetProperty("withheld").GetInt32() > 0);
        Assert.Contains("--quick leaves that out", Assert.Single(document.GetProperty("not_proved").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, document.GetProperty("to_do").ValueKind);
        Assert.All(
            document.GetProperty("failures").EnumerateArray(),
            static failure => Assert.Equal("no line: the request met a closed socket", failure.GetProperty("target_log").GetString()));
        Assert.All(
            run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            static line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
    }

    [Fact(Explicit = true)]
    public async Task Reproduce_Whole_ProvesTheFixAroundTheBalancersOwnTimeout()
    {
        (JsonElement document, _) = await ReproduceRun.Of(ReproduceRun.WholeLimit, "--server", "node");

        ReproduceRun.AssertRace(document);
        ReproduceRun.AssertNone(document, "fix_at_idle_timeout");
        JsonElement proof = ReproduceRun.Phase(document, "fix_at_idle_timeout");
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

        (JsonElement document, _) = await ReproduceRun.Of(ReproduceRun.QuickLimit, "--quick", "--target", target.Url);

        Assert.True(ReproduceRun.Phase(document, "race").GetProperty("failures").GetInt32() >= 5);
        ReproduceRun.AssertNone(document, "protect");
        Assert.DoesNotContain(
            document.GetProperty("phases").EnumerateArray(), static phase => phase.GetProperty("phase").GetString() == "fix");
        Assert.Contains("the fix was not tried", document.GetProperty("verdict").GetString(), StringComparison.Ordinal);
        Assert.Single(document.GetProperty("not_proved").EnumerateArray());
        Assert.StartsWith("give the target a keep-alive of 65 s or more", document.GetProperty("to_do").GetString(), StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public async Task Reproduce_WhereTheTargetHandledTheRequest_FindsItsLine()
    {
        (JsonElement document, _) = await ReproduceRun.Of(ReproduceRun.WholeLimit, "--quick", "--scenario", "handled");

        ReproduceRun.AssertRace(document);
        Assert.True(ReproduceRun.Phase(document, "race").GetProperty("failures_handled").GetInt32() >= 5);
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

        (JsonElement document, _) = await ReproduceRun.Of(ReproduceRun.WholeLimit, "--quick", "--server", server);

        Assert.StartsWith(name, document.GetProperty("server").GetString(), StringComparison.OrdinalIgnoreCase);
        ReproduceRun.AssertRace(document);
        ReproduceRun.AssertNone(document, "fix");
        ReproduceRun.AssertNone(document, "protect");
    }

    // It must meet a close before it knows of it: what may not be sent twice is not sent at all.
    [NativeOnly]
    [Fact]
    public async Task Reproduce_WithoutHints_SendsOnlyGetsInProtectAndSavesThem()
    {
        using var node = new OddNode(start: 0);

        ProgramRun run = await node.Reproduce(ReproduceRun.QuickLimit, "--quick", "--no-hints");

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
