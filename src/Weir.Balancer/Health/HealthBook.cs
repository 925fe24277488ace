using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// The health of every target of this node. It checks on one loop, the first; all loops read. Targets are known by their
/// group and address, so they keep their health over snapshots.
/// </summary>
public sealed class HealthBook
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Group, string Target), HealthCheck> _checks = [];
    private readonly Dictionary<(string Group, string Target), HealthCheck> _draining = [];
    private int _version;
    private bool _stopped;

    /// <summary>Grows with every change of any target's state.</summary>
    internal int Version => Volatile.Read(ref _version);

    /// <summary>The targets of a group, with their health now.</summary>
    public TargetHealthStatus StatusOf(string groupArn, string targetKey)
    {
        lock (_lock)
        {
            return _checks.TryGetValue((groupArn, targetKey), out HealthCheck? check)
                || _draining.TryGetValue((groupArn, targetKey), out check)
                ? check.Health.Status
                : TargetHealthStatus.NotRegistered;
        }
    }

    /// <summary>The health record of a registered target, made when it is first asked for.</summary>
    internal TargetHealth Of(TargetGroupSnapshot group, TargetSnapshot target)
    {
        lock (_lock)
        {
            return CheckOf(group, target).Health;
        }
    }

    /// <summary>Checks what the snapshot holds from now on, and nothing else. On the checking loop.</summary>
    internal void Apply(Loop loop, BalancerSnapshot snapshot, BalancerTls? tls)
    {
        lock (_lock)
        {
            var gone = new HashSet<(string, string)>(_checks.Keys);
            foreach (TargetGroupSnapshot group in snapshot.TargetGroups)
            {
                foreach (TargetSnapshot target in group.Targets)
                {
                    gone.Remove((group.Arn, target.Key));
                    HealthCheck check = CheckOf(group, target);
                    if (!_stopped)
                    {
                        check.Apply(
                            loop,
                            group,
                            group.HealthCheck.Protocol == TargetProtocol.Https && OperatingSystem.IsLinux() ? tls?.Of(group) : null);
                    }
                }
            }

            foreach ((string, string) key in gone)
            {
                _checks.Remove(key, out HealthCheck? check);
                check!.Deregister();
                _draining[key] = check;
                Loop.Start(ForgetAfterDelay(loop, key, check));
            }
        }

        Changed();
    }

    /// <summary>
    /// Ends all checking, for good; every target keeps the state that it has, so that what is still under way goes
    /// where it would have gone. On the checking loop.
    /// </summary>
    internal void StopAll()
    {
        lock (_lock)
        {
            _stopped = true;
            foreach (HealthCheck check in _checks.Values)
            {
                check.Stop();
            }
        }
    }

    internal void Changed() => Interlocked.Increment(ref _version);

    // Shown as draining until the delay ends, also when nothing is in flight any more. Source: ALB user guide.
    private async LoopTask ForgetAfterDelay(Loop loop, (string, string) key, HealthCheck check)
    {
        await new Sleep(loop, check.DeregistrationDelay);
        lock (_lock)
        {
            if (_draining.TryGetValue(key, out HealthCheck? draining) && draining == check)
            {
                _draining.Remove(key);
            }
        }
    }

    private HealthCheck CheckOf(TargetGroupSnapshot group, TargetSnapshot target)
    {
        if (!_checks.TryGetValue((group.Arn, target.Key), out HealthCheck? check))
        {
            check = new HealthCheck(this, target);
            _checks.Add((group.Arn, target.Key), check);
            _draining.Remove((group.Arn, target.Key));
        }

        return check;
    }
}
