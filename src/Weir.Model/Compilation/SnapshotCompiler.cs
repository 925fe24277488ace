using System.Collections.Immutable;
using System.Net;

namespace Weir.Model;

/// <summary>
/// Turns definitions into the snapshot that the balancer runs on, or says everything that is wrong with them. Pure: the
/// same definition gives the same snapshot, and nothing is looked up elsewhere.
/// </summary>
public sealed class SnapshotCompiler
{
    private readonly BalancerDefinition _definition;
    private readonly bool _hostsMayBeUnresolved;
    private readonly ResourceArns _arns;
    private readonly ImmutableArray<ConfigurationError>.Builder _errors =
        ImmutableArray.CreateBuilder<ConfigurationError>();
    private readonly ImmutableArray<ConfigurationWarning>.Builder _warnings =
        ImmutableArray.CreateBuilder<ConfigurationWarning>();

    private SnapshotCompiler(BalancerDefinition definition, bool hostsMayBeUnresolved)
    {
        _definition = definition;
        _hostsMayBeUnresolved = hostsMayBeUnresolved;
        _arns = new ResourceArns(definition.Region, definition.AccountId);
    }

    public static SnapshotCompilation Compile(BalancerDefinition definition) =>
        new SnapshotCompiler(definition, hostsMayBeUnresolved: false).Run();

    /// <summary>As <see cref="Compile"/>, but without a snapshot, and host names need not be resolved yet.</summary>
    public static SnapshotCompilation Validate(BalancerDefinition definition) =>
        new SnapshotCompiler(definition, hostsMayBeUnresolved: true).Run() with { Snapshot = null };

    private SnapshotCompilation Run()
    {
        var groups = CompileTargetGroups();
        var listeners = CompileListeners(groups);
        var loadBalancers = CompileLoadBalancers(listeners);
        var snapshot = _errors.Count > 0 ? null : new BalancerSnapshot(
            loadBalancers,
            [.. _definition.TargetGroups.Select(group => groups[group.Name]).OfType<TargetGroupSnapshot>()]);
        return new SnapshotCompilation(snapshot, _errors.ToImmutable(), _warnings.ToImmutable());
    }

    private Dictionary<string, TargetGroupSnapshot?> CompileTargetGroups()
    {
        var inUse = ReferencedTargetGroups().Select(static use => use.TargetGroup).ToHashSet(StringComparer.Ordinal);
        var compiled = new Dictionary<string, TargetGroupSnapshot?>(StringComparer.Ordinal);
        foreach (var group in _definition.TargetGroups)
        {
            var findings = Findings(group.Origin, "TargetGroup", group.Name);
            var arn = _arns.TargetGroup(group.Name);
            if (compiled.ContainsKey(arn))
            {
                findings.Error(
                    "Name",
                    $"there are two target groups of the name '{group.Name}'",
                    awsCode: AwsErrorCodes.DuplicateTargetGroupName,
                    awsMessage: $"A target group with the same name '{group.Name}' exists, but with different settings");
                continue;
            }

            var snapshot = TargetGroupCompiler.Compile(
                group, _arns, inUse.Contains(arn) || inUse.Contains(group.Name), _hostsMayBeUnresolved, findings);
            compiled[arn] = snapshot;
            compiled[group.Name] = snapshot;
        }

        return compiled;
    }

    private Dictionary<string, ImmutableArray<ListenerSnapshot>> CompileListeners(
        Dictionary<string, TargetGroupSnapshot?> groups)
    {
        var byName = _definition.LoadBalancers.ToLookup(static balancer => balancer.Name, StringComparer.Ordinal);
        var byArn = _definition.LoadBalancers.ToLookup(balancer => _arns.LoadBalancer(balancer.Name));
        var compiler = new ListenerCompiler(_arns, groups);
        var occupied = new List<(ListenerDefinition Listener, LoadBalancerDefinition LoadBalancer)>();
        var compiled = new Dictionary<string, ImmutableArray<ListenerSnapshot>>(StringComparer.Ordinal);
        foreach (var listener in _definition.Listeners)
        {
            var findings = Findings(listener.Origin, "Listener", $"{listener.LoadBalancer}:{listener.Port}");
            var owner = byArn[listener.LoadBalancer].Concat(byName[listener.LoadBalancer]).FirstOrDefault();
            if (owner is null)
            {
                findings.Error(
                    "LoadBalancerArn",
                    $"there is no load balancer '{listener.LoadBalancer}'",
                    awsCode: AwsErrorCodes.LoadBalancerNotFound);
            }
            else
            {
                CheckPort(listener, owner, occupied, findings);
                occupied.Add((listener, owner));
            }

            if (compiler.Compile(listener, owner?.Name ?? "", findings) is { } snapshot)
            {
                var others = compiled.GetValueOrDefault(owner!.Name, []);
                compiled[owner.Name] = others.Add(snapshot);
            }
        }

        CheckAssociations(byArn, byName, groups);
        return compiled;
    }

    private ImmutableArray<LoadBalancerSnapshot> CompileLoadBalancers(
        Dictionary<string, ImmutableArray<ListenerSnapshot>> listeners)
    {
        var compiled = ImmutableArray.CreateBuilder<LoadBalancerSnapshot>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var balancer in _definition.LoadBalancers)
        {
            var findings = Findings(balancer.Origin, "LoadBalancer", balancer.Name);
            if (!names.Add(balancer.Name))
            {
                findings.Error(
                    "Name",
                    $"there are two load balancers of the name '{balancer.Name}'",
                    awsCode: AwsErrorCodes.DuplicateLoadBalancerName,
                    awsMessage: $"A load balancer with the same name '{balancer.Name}' exists, but with different settings");
                continue;
            }

            var own = listeners.GetValueOrDefault(balancer.Name, []);
            if (own.Length > ResourceQuotas.ListenersPerLoadBalancer)
            {
                findings.Error(
                    "",
                    $"there are {own.Length} listeners",
                    $"up to {ResourceQuotas.ListenersPerLoadBalancer}",
                    AwsErrorCodes.TooManyListeners);
            }

            if (LoadBalancerCompiler.Compile(balancer, own, _arns, findings) is { } snapshot)
            {
                compiled.Add(snapshot);
            }
        }

        return compiled.ToImmutable();
    }

    private void CheckPort(
        ListenerDefinition listener,
        LoadBalancerDefinition owner,
        List<(ListenerDefinition Listener, LoadBalancerDefinition LoadBalancer)> occupied,
        ResourceFindings findings)
    {
        foreach (var (other, otherOwner) in occupied.Where(entry => entry.Listener.Port == listener.Port))
        {
            if (otherOwner.Name == owner.Name)
            {
                findings.Error(
                    "Port",
                    $"load balancer '{owner.Name}' has another listener on port {listener.Port}",
                    awsCode: AwsErrorCodes.DuplicateListener,
                    awsMessage: "A listener already exists on this port for this load balancer "
                        + $"'{_arns.LoadBalancer(owner.Name)}'");
                return;
            }

            // In AWS every load balancer has addresses of its own; here they share the machine's.
            if (Overlap(owner.ListenAddress, otherOwner.ListenAddress))
            {
                findings.Error(
                    "Port",
                    $"port {other.Port} of {owner.ListenAddress} is taken by load balancer '{otherOwner.Name}'",
                    "another port, or another listen address for one of the two");
                return;
            }
        }
    }

    // Source: ALB user guide, quotas: a target group belongs to one load balancer.
    private void CheckAssociations(
        ILookup<string, LoadBalancerDefinition> byArn,
        ILookup<string, LoadBalancerDefinition> byName,
        Dictionary<string, TargetGroupSnapshot?> groups)
    {
        var owners = new Dictionary<string, LoadBalancerDefinition>(StringComparer.Ordinal);
        foreach (var (listener, reference) in ReferencedTargetGroups())
        {
            var balancer = byArn[listener.LoadBalancer].Concat(byName[listener.LoadBalancer]).FirstOrDefault();
            if (balancer is null || groups.GetValueOrDefault(reference) is not { } group
                || owners.TryAdd(group.Arn, balancer) || owners[group.Arn].Name == balancer.Name)
            {
                continue;
            }

            Findings(listener.Origin, "Listener", $"{listener.LoadBalancer}:{listener.Port}").Error(
                "DefaultActions",
                $"target group '{group.Name}' already belongs to load balancer '{owners[group.Arn].Name}'",
                "one load balancer for each target group",
                AwsErrorCodes.TargetGroupAssociationLimit);
        }
    }

    private IEnumerable<(ListenerDefinition Listener, string TargetGroup)> ReferencedTargetGroups() =>
        from listener in _definition.Listeners
        from forward in listener.DefaultActions.OfType<ForwardActionDefinition>()
        from weighted in forward.TargetGroups
        select (listener, weighted.TargetGroup);

    private ResourceFindings Findings(DefinitionOrigin? origin, string kind, string name) =>
        new(origin ?? new DefinitionOrigin($"{kind} '{name}'"), _errors, _warnings);

    private static bool Overlap(IPAddress left, IPAddress right) =>
        left.Equals(right) || IsWildcard(left) || IsWildcard(right);

    private static bool IsWildcard(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
