namespace Weir.Diagnosis.Tests;

public sealed class ExplainEntryTests
{
    private const string Failure =
        """{"schema":1,"kind":"failure","trace_id":"Root=1-6b04dc7d-bfa930c469bd043503854431","reason":"target_closed","reused":true,"idle_ms":6001,"end":"fin_then_rst","response_bytes":0,"target":"127.0.0.1:3907","verdict":"The target closed."}""";

    [Fact]
    public void Parse_OfAFailure_GivesWhatTellsARace() => Assert.Equal(
        new ExplainEntry("Root=1-6b04dc7d-bfa930c469bd043503854431", "target_closed", true, "fin_then_rst", 0, "The target closed.", "127.0.0.1:3907"),
        ExplainEntry.Parse(Failure));

    [Fact]
    public void Parse_OfAFailureWithoutAConnection_HasNothingOfOne()
    {
        ExplainEntry entry = ExplainEntry.Parse(
            """{"kind":"failure","trace_id":"Root=1-1-1","reason":"connect_refused","reused":null,"end":null,"response_bytes":null,"target":null,"verdict":"It refused."}""")!;

        Assert.Null(entry.WasReused);
        Assert.Null(entry.End);
        Assert.Null(entry.Target);
        Assert.Equal(0, entry.ResponseBytes);
    }

    [Theory]
    [InlineData("retried")]
    [InlineData("near_miss")]
    public void Parse_OfARequestThatWasSaved_IsNull(string kind) =>
        Assert.Null(ExplainEntry.Parse(Failure.Replace("\"failure\"", $"\"{kind}\"", StringComparison.Ordinal)));

    [Fact]
    public void Parse_OfHalfALine_IsNull() => Assert.Null(ExplainEntry.Parse(Failure[..40]));
}
