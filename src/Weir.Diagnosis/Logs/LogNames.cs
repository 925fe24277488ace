namespace Weir.Diagnosis.Logs;

/// <summary>The names behind the numbers of a <see cref="LoggedRequest"/>. Read once the log is read; owned by whoever reads it.</summary>
public sealed class LogNames
{
    private readonly List<string> _nodes = [], _targets = [], _targetGroups = [], _loadBalancers = [];

    /// <summary>Addresses of the balancer's nodes.</summary>
    public IReadOnlyList<string> Nodes => _nodes;

    /// <summary>Targets, <c>address:port</c>.</summary>
    public IReadOnlyList<string> Targets => _targets;

    /// <summary>ARNs of target groups.</summary>
    public IReadOnlyList<string> TargetGroups => _targetGroups;

    /// <summary>Load balancers whose requests were read, <c>app/NAME/ID</c>: one, if the log is one's.</summary>
    public IReadOnlyList<string> LoadBalancers => _loadBalancers;

    public int AddNode(string name) => Add(_nodes, name);

    public int AddTarget(string name) => Add(_targets, name);

    public int AddTargetGroup(string name) => Add(_targetGroups, name);

    public int AddLoadBalancer(string name) => Add(_loadBalancers, name);

    private static int Add(List<string> names, string name)
    {
        names.Add(name);
        return names.Count - 1;
    }
}
