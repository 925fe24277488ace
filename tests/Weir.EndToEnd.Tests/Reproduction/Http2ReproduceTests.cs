using System.Text.Json;
using Weir.Tests.Schemas;

namespace Weir.EndToEnd.Tests;

/// <summary>`weir reproduce --protocol-version HTTP2` with real servers, which say GOAWAY before they close.</summary>
[NativeOnly]
public sealed class Http2ReproduceTests
{
    private const int SentAgain = 9;

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(150);

    [Theory]
    [InlineData("node", "Node.js v")]
    [InlineData("nginx", "nginx/", Explicit = true)]
    [InlineData("apache", "Apache/", Explicit = true)]
    public async Task Reproduce_OverHttp2_ShowsThatRequestsWhichMeetTheCloseAreSentAgain(string server, string name)
    {
        ProgramRun run = await ProgramRun.Of(
            WeirBinary.Command[0],
            [.. WeirBinary.Command.Skip(1), "reproduce", "--json", "--protocol-version", "HTTP2", "--server", server, "--latency", "20", "--connections", "32"],
            _limit);

        Assert.True(run.ExitCode == SentAgain, $"exit code {run.ExitCode}: {run.Output}{run.Errors}");
        JsonElement document = JsonDocument.Parse(run.Output).RootElement;
        Assert.Empty(SchemaCheck.Of(Tree.PathOf("docs/reproduce.schema.json")).ProblemsOf(document));
        Assert.Equal("sent_again", document.GetProperty("outcome").GetString());
        Assert.StartsWith(name, document.GetProperty("server").GetString(), StringComparison.Ordinal);
        Assert.Equal(("HTTP2", 32), (document.GetProperty("laboratory").GetProperty("protocol_version").GetString(), document.GetProperty("laboratory").GetProperty("targets").GetInt32()));
        Assert.Equal((8, "NO_ERROR"), (document.GetProperty("measured").GetProperty("go_aways").GetInt32(), document.GetProperty("measured").GetProperty("go_away_code").GetString()));
        Assert.Empty(document.GetProperty("failures").EnumerateArray());
        JsonElement race = Assert.Single(document.GetProperty("phases").EnumerateArray());
        Assert.Equal((0, 0), (race.GetProperty("failed").GetInt32(), race.GetProperty("balancer_5xx").GetInt32()));
        Assert.True(race.GetProperty("sent_again").GetInt32() >= 5, $"{race}");
        Assert.All((string[])["GET", "POST"], method => Assert.True(race.GetProperty("sent_again_by_method").GetProperty(method).GetInt32() > 0));
    }

    private static JsonElement AssertHolds(ProgramRun run)
    {
        Assert.True(run.ExitCode == 0, $"exit code {run.ExitCode}: {run.Output}{run.Errors}");
        JsonElement document = JsonDocument.Parse(run.Output).RootElement;
        Assert.Empty(SchemaCheck.Of(Tree.PathOf("docs/reproduce.schema.json")).ProblemsOf(document));
        Assert.Equal("story_held", document.GetProperty("outcome").GetString());
        Assert.Equal((0, 8), (document.GetProperty("measured").GetProperty("go_aways").GetInt32(), document.GetProperty("measured").GetProperty("fins").GetInt32()));
        ReproduceRun.AssertRace(document);
        ReproduceRun.AssertNone(document, "protect");
        Assert.All(
            document.GetProperty("phases").EnumerateArray(),
            static phase => Assert.Equal((0, 0, 0), (phase.GetProperty("sent_again").GetInt32(), phase.GetProperty("unseen_5xx").GetInt32(), phase.GetProperty("go_aways").GetArrayLength())));
        return document;
    }

    // The whole story over HTTP/2: a target that closes without GOAWAY, its fix, and the proof around the balancer's own timeout.
    [Fact]
    public async Task Reproduce_OfAServerThatSaysNoGoAway_ShowsTheRaceItsFixAndTheProof()
    {
        using var node = new SilentHttp2Node();

        JsonElement document = AssertHolds(await node.Reproduce(
            _limit, "--json", "--server", "node", "--latency", "20", "--connections", "32", "--idle-timeout", "10"));

        Assert.Equal(
            ["race", "fix", "fix_at_idle_timeout", "protect"],
            document.GetProperty("phases").EnumerateArray().Select(static phase => phase.GetProperty("phase").GetString()));
        Assert.Equal(0, ReproduceRun.Phase(document, "race").GetProperty("failures_handled").GetInt32());
        ReproduceRun.AssertNone(document, "fix");
        Assert.Equal("server.setTimeout(15000)", ReproduceRun.Phase(document, "fix").GetProperty("setting").GetString());
        JsonElement proof = ReproduceRun.Phase(document, "fix_at_idle_timeout");
        Assert.Equal((0, 0), (proof.GetProperty("failed").GetInt32(), proof.GetProperty("closed_by_target").GetInt32()));
        Assert.True(proof.GetProperty("closed_by_balancer").GetInt32() >= 3, $"{proof}");
        Assert.Empty(document.GetProperty("not_proved").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, document.GetProperty("to_do").ValueKind);
    }

    // Of a server of one's own the fix is left to its owner.
    [Fact]
    public async Task Reproduce_OfACommandThatSaysNoGoAway_ShowsTheRaceAndTheProtectionAndSaysWhatToSet()
    {
        using var node = new SilentHttp2Node();

        JsonElement document = AssertHolds(await node.Reproduce(
            _limit, "--json", "--quick", "--command", node.Command, "--method", "both", "--latency", "20", "--connections", "32"));

        Assert.Equal(["race", "protect"], document.GetProperty("phases").EnumerateArray().Select(static phase => phase.GetProperty("phase").GetString()));
        Assert.Single(document.GetProperty("not_proved").EnumerateArray());
        Assert.StartsWith("give the target a keep-alive of 65 s or more (Node.js: server.setTimeout(65000);", document.GetProperty("to_do").GetString(), StringComparison.Ordinal);
    }
}
