using System.Net;

namespace Weir.AccessLogs;

/// <summary>
/// The load balancer whose lines a buffer takes, and the node that writes them: what the name of a delivered file is made
/// of. One object a load balancer, shared by its buffers on all loops.
/// </summary>
public sealed class AccessLogSource
{
    /// <summary>Source: ALB user guide, connection log files.</summary>
    public const string ConnectionLogPrefix = "conn_log_";

    /// <summary>The account's twelve digits.</summary>
    public required string AccountId { get; init; }

    /// <summary>The region, <c>us-east-2</c>.</summary>
    public required string Region { get; init; }

    /// <summary>The load balancer's name.</summary>
    public required string LoadBalancerName { get; init; }

    /// <summary>The 16 hex digits that end the load balancer's ARN.</summary>
    public required string LoadBalancerId { get; init; }

    /// <summary>The address of this node.</summary>
    public required IPAddress NodeAddress { get; init; }

    /// <summary>What the names of its files begin with: nothing for the access log, <see cref="ConnectionLogPrefix"/> for the other.</summary>
    public string FilePrefix { get; init; } = "";
}
