using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Processes that are stopped and started again: one, or each after the other as in a deployment.</summary>
internal sealed class Restart : Fault
{
    public override string Cause => Causes.TargetRestart;

    public override double LeastSeconds => 900;

    public override (double Low, double High) RatePerTarget => (1 / 5.0, 150);

    public override GroupPlan Shape(GroupPlan plan, UniverseSettings settings, Draw draw) => plan with
    {
        HealthIntervalSeconds = draw.Pick("health_interval", 5.0, 10.0, 15.0, 30.0),
        HealthSeesThePort = draw.Chance("health_sees_it", 0.8),
    };

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        bool isRolling = draw.Chance("rolling", 0.5);
        double down = draw.LogBetween("down", 0.5, 60);
        double pause = draw.LogBetween("pause", 5, 60);
        double grace = draw.Chance("graceful", 0.5) ? draw.Between("grace", 0.5, 10.0) : 0;
        int times = draw.Between("times", 1, 4);
        Recurrence.Every(universe, Math.Max(seconds / times, 300), () =>
        {
            if (group.IsEmpty) return;
            if (isRolling) Roll(universe, group, 0, down, pause, grace);
            else Once(universe, universe.Random.Pick(group.Registered), down, grace);
        });
    }

    private static void Roll(Universe universe, TargetGroup group, int index, double down, double pause, double grace)
    {
        if (index >= group.Registered.Count) return;
        double spread = down * universe.Random.Between(0.8, 1.2);
        Once(universe, group.Registered[index], spread, grace);
        universe.After(Ticks.Of(spread + grace + pause), () => Roll(universe, group, index + 1, down, pause, grace));
    }

    // Graceful: nothing new is accepted, idle connections are closed, what runs has the time of grace.
    private static void Once(Universe universe, Target target, double down, double grace)
    {
        target.Acceptance = Acceptance.Refusing;
        target.RefusalCause = Causes.TargetRestart;
        new HealthMonitor(universe, target).Watch();
        if (grace > 0) target.CloseIdle(Causes.TargetRestart);
        universe.After(Ticks.Of(grace), () => target.StopProcess(Causes.TargetRestart));
        universe.After(Ticks.Of(grace + down), () => target.Acceptance = Acceptance.Listening);
    }
}
