namespace Weir.Diagnosis.Tests;

public sealed class TargetLogTests
{
    private const string Trace = "Root=1-6b04b84e-dbd5e0755bc76e75a3b95571";

    [Fact]
    public void Find_OfATraceIdWithMoreFields_FindsItsLine()
    {
        var log = new TargetLog();
        string line = $"2026-11-24T00:08:08.345Z {Trace} GET /?n=66 200";
        log.Add(line);

        Assert.Equal(line, log.Find($"Self=1-00000000-000000000000000000000000;{Trace};Lineage=1"));
        Assert.True(log.HasTraces);
    }

    [Fact]
    public void Find_OfARequestThatNeverCame_IsNull()
    {
        var log = new TargetLog();
        log.Add($"{Trace} GET / 200");

        Assert.Null(log.Find("Root=1-6b04b84e-000000000000000000000000"));
    }

    [Fact]
    public void Log_WithoutTraceIds_KnowsThatItSaysNothing()
    {
        var log = new TargetLog();
        log.Add("GET / 200");

        Assert.False(log.HasTraces);
        Assert.Equal("GET / 200", log.LastLines);
    }

    [Fact]
    public void LastLines_OfAChattyServer_AreTheLastFew()
    {
        var log = new TargetLog();
        for (int i = 0; i < 100; i++)
        {
            log.Add($"line {i}");
        }

        Assert.Equal("line 95 | line 96 | line 97 | line 98 | line 99", log.LastLines);
    }
}
