namespace Weir.AccessLogs.Reading;

/// <summary>What a line in a folder of load balancer logs is, as <see cref="LogLineParser"/> tells.</summary>
public enum LogLineKind
{
    /// <summary>None of the others: damaged, cut, or not of a load balancer.</summary>
    Unreadable,

    /// <summary>A request, in an ALB's access log.</summary>
    Access,

    /// <summary>A connection, in an ALB's connection log.</summary>
    Connection,

    /// <summary>A health check, in an ALB's health check log.</summary>
    HealthCheck,

    /// <summary>A request or a connection of a Classic Load Balancer.</summary>
    ClassicLoadBalancer,

    /// <summary>A TLS connection of a Network Load Balancer.</summary>
    NetworkLoadBalancer,

    /// <summary>Nothing, or the sentence in the object that is written when a log is turned on.</summary>
    Empty,
}
