using System.Net;
using Weir.AccessLogs;
using Weir.Balancer;
using Weir.Http.Http2;
using Weir.Model;

namespace Weir.Admin;

/// <summary>
/// What the admin endpoint may ask of a running node. Everything here can be read on any thread at any time; nothing can be
/// changed.
/// </summary>
internal sealed class NodeStatus(
    BalancerNode node, AccessLogWriter? log, string logDestination, AccessLogWriter? explain, string explainDestination, int loops, TimeProvider time)
{
    private volatile bool _isDraining;

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    public DateTimeOffset Now => time.GetUtcNow();

    public int Loops => loops;

    /// <summary>0: no limit.</summary>
    public int MaxClientConnections => node.MaxClientConnections;

    public bool IsDraining
    {
        get => _isDraining;
        set => _isDraining = value;
    }

    public BalancerSnapshot Snapshot => node.Snapshot;

    public AccessLogWriter? Log => log;

    public string LogDestination => logDestination;

    public AccessLogWriter? ConnectionLog { get; init; }

    public string ConnectionLogDestination { get; init; } = "off";

    public AccessLogWriter? Explain => explain;

    public string ExplainDestination => explainDestination;

    public long Sum(Counter counter) => node.Counters.Sum(loop => loop[counter]);

    public long Sum(FailureReason reason) => node.Counters.Sum(loop => loop[reason]);

    public long Sum(Http2Fault fault) => node.Counters.Sum(loop => loop[fault]);

    public long SumOfTargets(Http2Fault fault) => node.Counters.Sum(loop => loop.OfTargets(fault));

    public TargetHealthStatus HealthOf(TargetGroupSnapshot group, TargetSnapshot target) =>
        node.Health.StatusOf(group.Arn, target.Key);

    public GroupReuseSum ReuseOf(TargetGroupSnapshot group) => node.Reuse.Of(group.Arn);

    /// <summary>How the load balancer of a group deals with closing connections; null: none uses the group.</summary>
    // A target group belongs to one load balancer. Source: ALB user guide, target groups.
    public StaleConnectionSettings? StaleConnectionsOf(TargetGroupSnapshot targetGroup) => (
        from balancer in Snapshot.LoadBalancers
        from listener in balancer.Listeners
        from weighted in ((ForwardActionSnapshot)listener.DefaultRule.Action).TargetGroups
        where weighted.TargetGroup.Arn == targetGroup.Arn
        select balancer.StaleConnections).FirstOrDefault();

    /// <summary>The certificates that a listener shows to new connections, the default one first.</summary>
    public IReadOnlyList<ListenerCertificate> CertificatesOf(ListenerSnapshot listener) => node.CertificatesOf(listener);

    /// <summary>The address that a listener is bound to, with the port that the system chose.</summary>
    public IPEndPoint EndPointOf(LoadBalancerSnapshot balancer, ListenerSnapshot listener) =>
        new(balancer.ListenAddress, node.PortOf(listener.Arn));
}
