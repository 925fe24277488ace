namespace Weir.Diagnosis.Tests;

public sealed class AccessLogEntryTests
{
    private const string Bad =
        """http 2026-11-24T00:08:08.350663Z app/reproduce/d2b34e1e9a2a7c15 127.0.0.1:54410 127.0.0.1:43199 0.000 0.005 -1 502 - 98 277 "GET http://127.0.0.1:40001/?n=66 HTTP/1.1" "a \x22quoted\x22 agent" - - arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/reproduce/cffad319f0be1620 "Root=1-6b04b84e-dbd5e0755bc76e75a3b95571" "-" "-" 0 2026-11-24T00:08:08.345000Z "forward" "-" "-" "127.0.0.1:43199" "-" "-" "-" TID_9d3ce6522c7ea95d2a2f62d46dbc097c "-" "-" "-" 127.0.0.1 "-" "-" """;

    [Fact]
    public void Parse_OfTheRacesLine_GivesWhatTellsIt()
    {
        AccessLogEntry entry = AccessLogEntry.Parse(Bad)!;

        Assert.True(entry.IsBalancers502);
        Assert.Equal("127.0.0.1:43199", entry.Target);
        Assert.Equal("GET", entry.Method);
        Assert.Equal("/?n=66", entry.Path);
        Assert.Equal("Root=1-6b04b84e-dbd5e0755bc76e75a3b95571", entry.TraceId);
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 0, 8, 8, 350, 663, TimeSpan.Zero), entry.Time);
        Assert.Equal(Bad, entry.Line);
    }

    [Theory]
    [InlineData("502 - ", "200 200 ")]
    [InlineData("502 - ", "502 502 ")]
    public void Parse_OfAnAnswerFromTheTarget_IsNoRace(string old, string status) =>
        Assert.False(AccessLogEntry.Parse(Bad.Replace(old, status, StringComparison.Ordinal))!.IsBalancers502);

    [Fact]
    public void Parse_OfALineWithMoreFields_Works() =>
        Assert.True(AccessLogEntry.Parse(Bad + "\"new\" \"-\"")!.IsBalancers502);

    [Theory]
    [InlineData("")]
    [InlineData("http")]
    [InlineData("a line of something else entirely, which may have many words in it and still be no access log at all \"")]
    public void Parse_OfSomethingElse_IsNull(string line) => Assert.Null(AccessLogEntry.Parse(line));
}
