using Weir.LogGenerator.Scenarios;

namespace Weir.LogGenerator.Tests;

public sealed class MixtureTests
{
    private static readonly GenerationOptions _small = new() { Requests = 3_000 };

    [Fact]
    public void Generate_SeveralSeeds_MixesCausesAndHealthyTraffic()
    {
        GeneratedLog[] logs = [.. Enumerable.Range(1, 4).Select(seed => Mixture.Generate(seed, _small))];

        Assert.True(logs.SelectMany(log => log.Truth).DistinctBy(row => row.Cause).Count() >= 3);
        Assert.All(logs, log => Assert.True(log.LineCount > log.Truth.Count));
    }

    [Fact]
    public void Generate_SameSeed_GivesTheSameLog() =>
        Assert.Equal(Mixture.Generate(8, _small).ToUtf8(), Mixture.Generate(8, _small).ToUtf8());

    // Its groups are emptied for a while by one fault, and another comes round meanwhile.
    [Fact]
    public void Generate_WhereAFaultFindsNoTargetLeft_GoesOn()
    {
        GeneratedLog log = Mixture.Generate(7060);

        Assert.Contains(log.Truth, static row => row.Cause == Causes.NoTargets);
    }

    [Fact]
    public void Generate_DaysAndRate_AreKept()
    {
        GeneratedLog log = Mixture.Generate(3, days: 0.25, requestsPerSecond: 0.2);

        LogLine[] lines = [.. log.Lines().Select(line => new LogLine(line))];
        Assert.InRange((lines[^1].End - lines[0].End).TotalDays, 0.2, 0.27);
        Assert.InRange(log.LineCount, 0.4 * 4_320, 2.5 * 4_320);
    }
}
