using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Makes something happen again and again while requests come.</summary>
internal static class Recurrence
{
    // Over weeks of little traffic there is more than a handful of deployments and bad hours.
    private const double MostSeconds = 6 * 3600;

    /// <summary>About every so many seconds, or every six hours; the first time after a random part of them.</summary>
    public static void Every(Universe universe, double seconds, Action action)
    {
        double period = Math.Min(seconds, MostSeconds);
        universe.After(Ticks.Of(universe.Random.Between(0.1, 0.9) * period), () => Repeat(universe, period, action));
    }

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
