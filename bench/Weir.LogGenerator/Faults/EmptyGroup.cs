using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Times in which no target is registered: a deployment that takes the old ones out before the new ones are in.</summary>
internal sealed class EmptyGroup : Fault
{
    public override string Cause => Causes.NoTargets;

    public override double LeastSeconds => 600;

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        double window = draw.LogBetween("window", 3, 600);
        Recurrence.Every(universe, Math.Max(seconds / draw.Between("windows", 1, 4), window * 2), () =>
        {
            Target[] taken = [.. group.Registered];
            foreach (Target target in taken) group.Withdraw(target);
            universe.After(Ticks.Of(window), () =>
            {
                foreach (Target target in taken) group.Reregister(target);
            });
        });
    }
}
