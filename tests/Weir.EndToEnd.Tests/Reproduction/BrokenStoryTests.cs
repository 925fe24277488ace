using System.Text.Json;
using System.Text.RegularExpressions;
using Weir.Tests.Schemas;

namespace Weir.EndToEnd.Tests;

/// <summary>`weir reproduce` where what should stop the race does not, or breaks something else: never a success.</summary>
[NativeOnly]
public sealed class BrokenStoryTests
{
    private const string Now500 = "if (n % 10 === 0) response.statusCode = 500;";
    private const string Now404 = "if (n % 10 === 0) response.statusCode = 404;";
    private const string Stalls = "if (n === 70) return;";
    // The third of the requests that only make connections idle.
    private const string CutsAnEarlyOne = "if (n === 3) return request.socket.destroy();";
    private const string CutsAPost = "if (request.method === 'POST' && n > 60) return request.socket.destroy();";

    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(3);

    private static async Task<JsonElement> AssertBroken(OddNode node, string phase, string fault)
    {
        ProgramRun run = await node.Reproduce(_limit, "--quick", "--json");

        Assert.True(run.ExitCode == 1, $"exit code {run.ExitCode}: {run.Output}{run.Errors}");
        JsonElement document = JsonDocument.Parse(run.Output).RootElement;
        Assert.Empty(SchemaCheck.Of(Tree.PathOf("docs/reproduce.schema.json")).ProblemsOf(document));
        Assert.Equal("story_broke", document.GetProperty("outcome").GetString());
        Assert.Matches(fault, document.GetProperty("verdict").GetString()!);
        JsonElement broken = Assert.Single(
            document.GetProperty("phases").EnumerateArray(), row => row.GetProperty("verdict").GetString() == "fails");
        Assert.Equal(phase, broken.GetProperty("phase").GetString());
        return broken;
    }

    private static async Task AssertFault(int start, string phase, string wrong, string fault)
    {
        using var node = new OddNode(start, wrong);

        JsonElement broken = await AssertBroken(node, phase, $@"^\d+ of \d+ requests failed with .*: .*\d+ × {fault}");

        JsonElement found = Assert.Single(
            broken.GetProperty("faults").EnumerateArray(), row => Regex.IsMatch(row.GetProperty("what").GetString()!, fault));
        Assert.InRange(found.GetProperty("count").GetInt32(), 1, broken.GetProperty("failed").GetInt32());
        Assert.StartsWith("http 2", found.GetProperty("example_line").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Now500, "500 by the target")]
    [InlineData(CutsAnEarlyOne, "502 by the balancer: the target closed a new connection without an answer", Explicit = true)]
    [InlineData(Stalls, "no answer within 15 s", Explicit = true)]
    public Task Fix_ThatBreaksSomething_Exits1AndNamesIt(string wrong, string fault) => AssertFault(OddNode.Fix, "fix", wrong, fault);

    [Theory]
    [InlineData(CutsAPost, "502 by the balancer: the target closed a new connection without an answer")]
    [InlineData(Now404, "404 by the target", Explicit = true)]
    [InlineData(Stalls, "no answer within 15 s", Explicit = true)]
    public Task Protection_ThatBreaksSomething_Exits1AndNamesIt(string wrong, string fault) =>
        AssertFault(OddNode.Protection, "protect", wrong, fault);

    // The first round decides it; as many requests as the race had, and until some were saved, would take a minute and a half.
    [Fact]
    public async Task Protection_ThatFailsInEveryRound_EndsAfterTheFirst()
    {
        using var node = new OddNode(OddNode.Protection, "response.statusCode = 500; response.setHeader('connection', 'close');");

        JsonElement broken = await AssertBroken(node, "protect", "500 by the target");

        Assert.Equal(128, broken.GetProperty("judged").GetInt32());
        Assert.Equal(128, broken.GetProperty("failed").GetInt32());
        Assert.StartsWith("it has failed after 128 requests, and more would not change that", broken.GetProperty("shortened").GetString(), StringComparison.Ordinal);
        Assert.True(broken.GetProperty("duration_seconds").GetDouble() < 30, $"{broken}");
    }

    // The setting is lost, so that the race goes on.
    [Fact]
    public async Task Fix_ThatHasNoEffect_Exits1()
    {
        using var node = new OddNode(OddNode.Fix, atStart: "delete process.env.KEEP_ALIVE_TIMEOUT;");

        JsonElement broken = await AssertBroken(node, "fix", @"^\d+ of \d+ requests failed with keepAliveTimeout = 65000");

        Assert.InRange(broken.GetProperty("failed_with_502").GetInt32(), 1, broken.GetProperty("judged").GetInt32());
    }

    // Long before any request comes: none fails, and the target closes all the same.
    [Fact(Explicit = true)]
    public async Task Fix_ThatMakesTheTargetCloseEarlier_Exits1()
    {
        using var node = new OddNode(OddNode.Fix, atStart: "process.env.KEEP_ALIVE_TIMEOUT = 100;");

        JsonElement broken = await AssertBroken(node, "fix", "^the target was the first to close");

        Assert.Equal(0, broken.GetProperty("failed").GetInt32());
        Assert.True(broken.GetProperty("closed_by_target").GetInt32() > 0);
    }
}
