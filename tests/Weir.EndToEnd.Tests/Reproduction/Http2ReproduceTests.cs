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
}
