namespace Weir.Diagnosis.Logs;

/// <summary>The numbers of the names in a log. Shared by all that parse it.</summary>
internal sealed class LogNumbering
{
    public LogNumbering(LogNames names)
    {
        Nodes = new NameTable(LogPipelineLimits.Nodes, names.AddNode);
        Targets = new NameTable(LogPipelineLimits.Targets, names.AddTarget);
        TargetGroups = new NameTable(LogPipelineLimits.TargetGroups, names.AddTargetGroup);
        LoadBalancers = new NameTable(LogPipelineLimits.LoadBalancers, names.AddLoadBalancer);
    }

    public NameTable Nodes { get; }

    public NameTable Targets { get; }

    public NameTable TargetGroups { get; }

    public NameTable LoadBalancers { get; }

    /// <summary>Whether one of a request's names shares its number with others.</summary>
    public bool IsFolded(in LoggedRequest request) =>
        Targets.IsOthers(request.Target) || TargetGroups.IsOthers(request.TargetGroup) || Nodes.IsOthers(request.Node);
}
