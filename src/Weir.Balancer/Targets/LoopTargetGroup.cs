using System.Text;
using Weir.Model;

namespace Weir.Balancer;

/// <summary>
/// A target group on one loop: its targets and whose turn it is. Made anew for each snapshot from the targets that
/// live on.
/// </summary>
internal sealed class LoopTargetGroup
{
    private readonly BalancerLoop _owner;
    private readonly LoopTarget[] _usable;
    private int _usableCount;
    private int _healthVersion = -1;
    private int _next;

    public LoopTargetGroup(BalancerLoop owner, TargetGroupSnapshot snapshot, LoopTarget[] targets)
    {
        _owner = owner;
        Snapshot = snapshot;
        Targets = targets;
        _usable = new LoopTarget[targets.Length];
        // Loops that all began with the first target would give it a burst at the start.
        _next = targets.Length == 0 ? 0 : owner.Loop.Random.Next(targets.Length);
        Arn = Encoding.ASCII.GetBytes(snapshot.Arn);
        IsSticky = snapshot.Stickiness is { Enabled: true, Type: StickinessType.LbCookie };
        StickyHash = StickySession.HashOf(snapshot.Arn);
    }

    public TargetGroupSnapshot Snapshot { get; }

    public LoopTarget[] Targets { get; }

    public byte[] Arn { get; }

    public bool IsSticky { get; }

    /// <summary>What names the group inside a sticky cookie.</summary>
    public ulong StickyHash { get; }

    /// <summary>
    /// The next target by round robin: of the healthy ones, or of all where too few are healthy. Null when none is
    /// registered. Source: ALB user guide, target group health (fail open).
    /// </summary>
    public LoopTarget? Choose()
    {
        if (Targets.Length == 0)
        {
            return null;
        }

        RefreshUsable();
        if (FailsOpen)
        {
            _owner.Counters.Add(Counter.UnhealthyRoutingRequests);
            return Targets[Next(Targets.Length)];
        }

        return _usable[Next(_usableCount)];
    }

    /// <summary>The target of a sticky session, if requests may go there now.</summary>
    public LoopTarget? FindUsable(ReadOnlySpan<byte> key)
    {
        RefreshUsable();
        foreach (LoopTarget target in Targets)
        {
            if (target.Key.AsSpan().SequenceEqual(key))
            {
                return target.Health.IsUsable || FailsOpen ? target : null;
            }
        }

        return null;
    }

    /// <summary>There is a target but these two that may take a request which those have refused.</summary>
    public bool HasOther(LoopTarget first, LoopTarget last)
    {
        foreach (LoopTarget target in Eligible())
        {
            if (IsOther(target, first, last))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The next one of those; null where there is none.</summary>
    public LoopTarget? ChooseOther(LoopTarget first, LoopTarget last)
    {
        ReadOnlySpan<LoopTarget> eligible = Eligible();
        for (int i = 0; i < eligible.Length; i++)
        {
            LoopTarget target = eligible[Next(eligible.Length)];
            if (IsOther(target, first, last))
            {
                return target;
            }
        }

        return null;
    }

    // The group may be of an older configuration than the one in force.
    private static bool IsOther(LoopTarget target, LoopTarget first, LoopTarget last) =>
        target != first && target != last && !target.IsDeregistered;

    private ReadOnlySpan<LoopTarget> Eligible()
    {
        RefreshUsable();
        return FailsOpen ? Targets : _usable.AsSpan(0, _usableCount);
    }

    private bool FailsOpen => Snapshot.UnhealthyStateRouting.FailsOpen(_usableCount, Targets.Length);

    private int Next(int count)
    {
        _next = (_next + 1) % count;
        return _next;
    }

    // Health changes rarely and is asked for at every request.
    private void RefreshUsable()
    {
        int version = _owner.Shared.Health.Version;
        if (version == _healthVersion)
        {
            return;
        }

        _healthVersion = version;
        _usableCount = 0;
        foreach (LoopTarget target in Targets)
        {
            if (target.Health.IsUsable)
            {
                _usable[_usableCount++] = target;
            }
        }
    }
}
