using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Makes something happen again and again while requests come.</summary>
internal static class Recurrence
{
    /// <summary>About every so many seconds, the first time after a random part of them.</summary>
    public static void Every(Universe universe, double seconds, Action action) =>
        universe.After(Ticks.Of(universe.Random.Between(0.1, 0.9) * seconds), () => Repeat(universe, seconds, action));

    /// <summary>With exponential times between: nothing that happens depends on what happened.</summary>
    public static void AtRandom(Universe universe, double perSecond, Action action)
    {
        universe.After(Ticks.Of(universe.Random.Exponential(1 / perSecond)), () =>
        {
            if (universe.NowTicks > universe.EndOfArrivalsTicks) return;
            action();
            AtRandom(universe, perSecond, action);
        });
    }

    private static void Repeat(Universe universe, double seconds, Action action)
    {
        if (universe.NowTicks > universe.EndOfArrivalsTicks) return;
        action();
        universe.After(Ticks.Of(universe.Random.Between(0.8, 1.2) * seconds), () => Repeat(universe, seconds, action));
    }
}
