using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.World;

/// <summary>A target group: its targets, who of them is registered, and what they have in common.</summary>
internal sealed class TargetGroup(Universe universe, GroupPlan plan)
{
    private readonly List<Target> _registered = [];
    private int _nextAddress;
    private int _turn;

    public GroupPlan Plan => plan;

    public string Name => plan.Name;

    public string Arn { get; } =
        $"arn:aws:elasticloadbalancing:{universe.Settings.Region}:{universe.Settings.Account}:targetgroup/{plan.Name}/{universe.Random.Bits():x16}";

    public ServerModel Server { get; set; } = plan.Server;

    public List<UrlProfile> Urls { get; } = [.. plan.Urls];

    public List<IServingFault> ServingFaults { get; } = [];

    /// <summary>What stands before the targets, in order: each may end a request, and says so with true.</summary>
    public List<Func<Exchange, bool>> Fronts { get; } = [];

    /// <summary>Told of every request that a node receives for the group.</summary>
    public List<Action<Exchange>> OnReceive { get; } = [];

    public IReadOnlyList<Target> Registered => _registered;

    /// <summary>Another fault has taken all targets away: there is none that could fail.</summary>
    public bool IsEmpty => _registered.Count == 0;

    public Target Register()
    {
        var target = new Target(
            universe, this, $"10.0.{plan.Number}.{10 + _nextAddress++}", plan.Port,
            Ticks.Of(universe.Random.Normal() * plan.TargetClockSpreadSeconds));
        universe.Targets.Add(target);
        _registered.Add(target);
        return target;
    }

    /// <summary>New requests go elsewhere at once; what runs may run on for the delay.</summary>
    public void Deregister(Target target, double delaySeconds)
    {
        _registered.Remove(target);
        universe.After(Ticks.Of(delaySeconds), () =>
        {
            foreach (BalancerNode node in universe.Nodes) node.CutOff(target, Causes.Deregistration);
        });
    }

    /// <summary>Taken out with a delay long enough for all that runs.</summary>
    public void Withdraw(Target target) => _registered.Remove(target);

    public void Reregister(Target target) => _registered.Add(target);

    /// <summary>Round robin over the healthy ones, each node with its own turn; all are used when none is healthy.</summary>
    // Source: ALB user guide, fail-open.
    public Target? Choose(BalancerNode node)
    {
        if (_registered.Count == 0) return null;
        int start = plan.RoundRobin ? _turn++ + node.Index : universe.Random.Below(_registered.Count);
        for (int step = 0; step < _registered.Count; step++)
        {
            Target target = _registered[(start + step) % _registered.Count];
            if (target.IsHealthy) return target;
        }

        return _registered[start % _registered.Count];
    }

    public Link NewLink()
    {
        double roundTrip = plan.RoundTripSeconds * universe.Random.Between(0.8, 1.25);
        double forth = roundTrip * universe.Random.Between(0.4, 0.6);
        return new Link(universe.Random.Fork(), forth, roundTrip - forth, plan.JitterShare, plan.LossShare);
    }
}
