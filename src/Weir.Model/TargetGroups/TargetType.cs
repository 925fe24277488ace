namespace Weir.Model;

/// <summary>What the ids of a group's targets are.</summary>
public enum TargetType
{
    /// <summary>Instance ids; Weir is told where each one is reached.</summary>
    Instance,

    /// <summary>IP addresses.</summary>
    Ip,

    /// <summary>Lambda functions; not supported yet.</summary>
    Lambda,
}
