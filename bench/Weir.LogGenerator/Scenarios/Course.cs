using Weir.LogGenerator.Faults;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Scenarios;

/// <summary>One simulation from its seed to its log: draws the world, runs it, and goes on until there is enough to see.</summary>
internal sealed class Course(string name, int seed, Draw draw, GenerationOptions options)
{
    private const double LongestSeconds = 30 * 86_400;

    // A log of a busy target still covers minutes, but no more lines than this for each request asked for.
    private const double MostLinesFactor = 7.5;
    private const int MostExtensions = 12;

    public GeneratedLog Run(IReadOnlyList<Fault> faults, string? cause)
    {
        UniverseSettings settings = WorldDraw.Settings(draw.For("balancer"));
        foreach (Fault fault in faults) settings = fault.Shape(settings, draw.For(fault.Cause));
        (double low, double high) = faults.Count > 0 ? faults[0].RatePerTarget : (1 / 60.0, 500);
        GroupPlan plan = WorldDraw.Plan(draw.For("group"), settings, 1, low, high, mayRace: faults.Count > 0);
        Dictionary<Fault, Draw> draws = faults.ToDictionary(fault => fault, fault => draw.For(fault.Cause));
        foreach (Fault fault in faults) plan = fault.Shape(plan, settings, draws[fault]);
        double least = faults.Select(fault => fault.LeastSeconds).DefaultIfEmpty(300).Max();
        double rate = Math.Min(plan.RequestsPerSecond, MostLinesFactor * options.Requests / least);
        double seconds = draw.Keep("seconds", Math.Clamp(options.Requests / rate, least, LongestSeconds));
        draw.Keep("requests_per_second", rate);

        var universe = new Universe(settings, draw.Random.Fork()) { EndOfArrivalsTicks = Ticks.Never };
        TargetGroup group = universe.Add(plan);
        foreach (Fault fault in faults) fault.Install(universe, group, draws[fault], seconds);
        InstallBackground(universe, group, rate, seconds);
        new Traffic(universe, group, rate).Start();
        RunLongEnough(universe, seconds, cause);
        return new GeneratedLog(name, seed, universe, draw.Parameters);
    }

    // What any public address has: rules that answer, scanners.
    private void InstallBackground(Universe universe, TargetGroup group, double rate, double seconds)
    {
        Draw background = draw.For("background");
        if (background.Chance("rules", 0.4)) RuleAnswers.Install(universe, group, rate * background.LogBetween("rule_share", 0.001, 0.1));
        if (background.Chance("scanners", 0.3)) new BadRequests(0.0001, 0.002).Install(universe, group, background.For("scanners"), seconds);
    }

    private void RunLongEnough(Universe universe, double seconds, string? cause)
    {
        double end = seconds;
        universe.RunUntil(Ticks.Of(end));
        for (int extension = 0; extension < MostExtensions; extension++)
        {
            if (cause is null || universe.Errors.Count(error => error.Cause == cause) >= options.LeastErrors) break;
            if (universe.Rows.Count > MostLinesFactor * options.Requests) break;
            end += seconds / 4;
            universe.RunUntil(Ticks.Of(end));
        }

        universe.EndOfArrivalsTicks = universe.NowTicks;
        // Long enough for what waits on the idle timeout.
        universe.RunUntil(Ticks.Of(end + (2 * universe.Settings.IdleTimeoutSeconds) + 30));
    }
}
