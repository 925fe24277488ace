namespace Weir.Balancer;

/// <summary>Whose doing a failure is: the first question of the person on call.</summary>
public enum FailureSide
{
    /// <summary>The client sent, or failed to do, something.</summary>
    Client,

    /// <summary>The target, or the way to it.</summary>
    Target,

    /// <summary>This balancer: its limits, its stopping, its configuration, its bugs.</summary>
    Weir,
}
