using Weir.LogGenerator.Scenarios;

namespace Weir.LogGenerator.Tests;

public sealed class ScenarioTests
{
    private static readonly GenerationOptions _small = new() { Requests = 2_000, LeastErrors = 1 };

    public static TheoryData<string> Names() => [.. Scenario.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Generate_SameSeed_GivesTheSameLog(string name)
    {
        Scenario scenario = Scenario.Named(name)!;

        GeneratedLog first = scenario.Generate(5, _small);
        GeneratedLog second = scenario.Generate(5, _small);

        Assert.Equal(first.ToUtf8(), second.ToUtf8());
        Assert.Equal(first.Truth, second.Truth);
    }

    [Fact]
    public void Generate_AnotherSeed_GivesAnotherLog()
    {
        Scenario scenario = Scenario.Named("healthy")!;

        Assert.NotEqual(scenario.Generate(1, _small).ToUtf8(), scenario.Generate(2, _small).ToUtf8());
    }

    [Fact]
    public void Healthy_AnySeed_HasNoRace()
    {
        for (int seed = 1001; seed <= 1010; seed++)
        {
            Assert.DoesNotContain(Scenario.Named("healthy")!.Generate(seed, _small).Truth, row => row.Cause == Causes.KeepaliveRace);
        }
    }
}
