using System.Globalization;
using Weir.LogGenerator.Scenarios;

namespace Weir.LogGenerator.Tests;

public sealed class ScenarioTests
{
    private static readonly GenerationOptions _small = new() { Requests = 500, LeastErrors = 1 };

    public static TheoryData<string> Names() => [.. Scenario.All.Select(scenario => scenario.Name)];

    [Fact]
    public void All_EachCause_HasAScenario() =>
        Assert.Equal(Causes.All.Order(), Scenario.All.Select(scenario => scenario.Cause).OfType<string>().Order());

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

    [Theory]
    [MemberData(nameof(Names))]
    public void Truth_Any_NamesExactlyTheBalancersErrors(string name)
    {
        GeneratedLog log = Scenario.Named(name)!.Generate(1001, _small);
        var made = log.Lines().Select(line => new LogLine(line)).Where(line => line.IsBalancerError);

        Assert.Equal(
            made.Select(line => $"{line.Time} {line.Trace} {line.Status}").Order(),
            log.Truth.Select(row => $"{row.Time} {row.TraceId ?? "-"} {row.ElbStatusCode}").Order());
    }

    [Fact]
    public void Healthy_TestSeeds_HaveNoRace()
    {
        for (int seed = 1001; seed <= 1010; seed++)
        {
            Assert.DoesNotContain(Scenario.Named("healthy")!.Generate(seed, _small).Truth, row => row.Cause == Causes.KeepaliveRace);
        }
    }

    // The physics, not the writing: nobody puts a gap into a line. A connection that was closed for its idle time carried its last
    // response that long ago, so that some earlier line of the same node and target ends there.
    [Fact]
    public void KeepAliveRace_EachError_HasAnEarlierResponseOneIdleTimeBefore()
    {
        int races = 0;
        for (int seed = 1; seed <= 4; seed++)
        {
            GeneratedLog log = Scenario.Named(Causes.KeepaliveRace)!.Generate(seed, new GenerationOptions { Requests = 6_000, LeastErrors = 3 });
            LogLine[] lines = [.. log.Lines().Select(line => new LogLine(line))];
            HashSet<string> wanted = [.. log.Truth.Where(row => row.Cause == Causes.KeepaliveRace).Select(row => row.TraceId!)];
            foreach (LogLine race in lines.Where(line => wanted.Contains(line.Trace)))
            {
                races++;
                Assert.Contains(lines, line => line.Node == race.Node && line.Target == race.Target && FitsIdleTime(log, line, race));
            }
        }

        Assert.True(races >= 5, $"only {races} races in four seeds");
    }

    // All test seeds are minutes of work: run by ./dev test --long.
    [Fact(Explicit = true)]
    public void TestSeeds_EachCause_HasFiftyErrorsAtLeast()
    {
        foreach (Scenario scenario in Scenario.All.Where(scenario => scenario.Cause is not null))
        {
            int errors = 0;
            for (int seed = 1001; seed <= 1099; seed++) errors += scenario.Generate(seed).Truth.Count(row => row.Cause == scenario.Cause);
            Assert.True(errors >= 50, $"{scenario.Name}: {errors}");
        }
    }

    private static bool FitsIdleTime(GeneratedLog log, LogLine earlier, LogLine race)
    {
        double timeout = Parameter(log, "keepalive") + Parameter(log, "buffer");
        double reaper = log.Parameters["keepalive_race.reaper"] == "true" ? Parameter(log, "reaper_period") : 0;
        double gap = (race.Creation - earlier.End).TotalSeconds + race.RequestSeconds;
        // A body may take longer to the client than to leave the target; packets may be sent again; creation is cut to the millisecond.
        double slack = Parameter(log, "round_trip") * 4 + 0.05;
        return gap > timeout - slack - 0.25 && gap < timeout + reaper + slack;
    }

    private static double Parameter(GeneratedLog log, string name) =>
        double.Parse(log.Parameters["keepalive_race." + name], CultureInfo.InvariantCulture);
}
