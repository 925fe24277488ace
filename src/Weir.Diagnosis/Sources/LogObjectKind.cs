namespace Weir.Diagnosis.Sources;

/// <summary>What the name of an object says of its lines; the lines have the last word.</summary>
public enum LogObjectKind
{
    /// <summary>The name is none that a load balancer gives.</summary>
    Unknown,

    /// <summary>An access log of an application load balancer.</summary>
    Access,

    /// <summary>A connection log of an application load balancer.</summary>
    Connection,

    /// <summary>A health-check log of an application load balancer.</summary>
    HealthCheck,

    /// <summary>A log of a classic or a network load balancer.</summary>
    OtherBalancer,

    /// <summary>What AWS writes to a bucket to see whether it may; it holds no log lines.</summary>
    TestObject,
}
