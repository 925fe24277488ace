using Weir.Balancer;
using Weir.Model;

namespace Weir.Admin;

/// <summary>Draws up the status document of a node.</summary>
internal static class StatusReader
{
    public static StatusDocument Read(NodeStatus node) => new()
    {
        Version = BuildVersion.Number,
        ProcessId = Environment.ProcessId,
        StartedAt = node.StartedAt,
        UptimeSeconds = (long)(node.Now - node.StartedAt).TotalSeconds,
        Loops = node.Loops,
        MaxClientConnections = node.MaxClientConnections,
        Draining = node.IsDraining,
        Listeners =
        [
            .. from balancer in node.Snapshot.LoadBalancers
               from listener in balancer.Listeners
               select ReadListener(node, balancer, listener),
        ],
        TargetGroups = [.. node.Snapshot.TargetGroups.Select(group => ReadGroup(node, group))],
        Counters = CounterTable.Rows.ToDictionary(static row => row.Name, row => node.Sum(row.Counter)),
        Failures =
        [
            .. FailureTable.Rows
                .Select(row => new StatusFailure(row.Name, HealthNames.Of(row.Side), node.Sum(row.Reason), row.Meaning))
                .Where(static failure => failure.Count > 0)
                .OrderByDescending(static failure => failure.Count),
        ],
        AccessLog = new StatusAccessLog(
            node.LogDestination, node.Log?.WrittenLines ?? 0, node.Log?.LostLines ?? 0, node.Log?.DroppedLines ?? 0),
        ConnectionLog = node.ConnectionLog is { } connectionLog
            ? new StatusAccessLog(
                node.ConnectionLogDestination, connectionLog.WrittenLines, connectionLog.LostLines, connectionLog.DroppedLines)
            : null,
        ExplainLog = node.Explain is { } explain
            ? new StatusAccessLog(node.ExplainDestination, explain.WrittenLines, explain.LostLines, explain.DroppedLines)
            : null,
    };

    private static StatusListener ReadListener(NodeStatus node, LoadBalancerSnapshot balancer, ListenerSnapshot listener) => new(
        $"{AwsNames.SchemeOf(listener.Protocol)}://{node.EndPointOf(balancer, listener)}",
        balancer.Name,
        listener.Arn,
        [
            .. ((ForwardActionSnapshot)listener.DefaultRule.Action).TargetGroups
                .Select(static weighted => weighted.TargetGroup.Name),
        ]);

    private static StatusTargetGroup ReadGroup(NodeStatus node, TargetGroupSnapshot targetGroup) => new(
        targetGroup.Name,
        targetGroup.Arn,
        [
            .. from target in targetGroup.Targets
               let health = node.HealthOf(targetGroup, target)
               select new StatusTarget(
                   target.Id, target.Key, HealthNames.Of(health.State), health.ReasonCode, health.Description),
        ],
        StatusReuseReader.Read(node, targetGroup));
}
