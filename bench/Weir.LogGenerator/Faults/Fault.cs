using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Something that goes wrong in a target group, or in front of it. It acts on the simulated parts; it writes no error itself
/// unless it is the party that refuses.</summary>
internal abstract class Fault
{
    /// <summary>What the errors of this mechanism are put down to.</summary>
    public abstract string Cause { get; }

    /// <summary>A shorter log could not show it.</summary>
    public virtual double LeastSeconds => 300;

    /// <summary>Requests per second and target between which it may occur.</summary>
    public virtual (double Low, double High) RatePerTarget => (1 / 60.0, 500);

    public virtual UniverseSettings Shape(UniverseSettings settings, Draw draw) => settings;

    public virtual GroupPlan Shape(GroupPlan plan, UniverseSettings settings, Draw draw) => plan;

    /// <param name="seconds">How long the log is to cover; the mechanism goes on for as long as requests come.</param>
    public abstract void Install(Universe universe, TargetGroup group, Draw draw, double seconds);
}
