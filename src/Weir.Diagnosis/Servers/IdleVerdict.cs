namespace Weir.Diagnosis.Servers;

/// <summary>Whether a server as it comes is safe behind a balancer's idle timeout. The worse the later.</summary>
public enum IdleVerdict
{
    /// <summary>It closes after every answer: no connection waits, and none races.</summary>
    NoReuse,

    /// <summary>It keeps idle connections for longer than the balancer.</summary>
    Outlives,

    /// <summary>Its default says nothing.</summary>
    Unknown,

    /// <summary>It closes when the balancer does: still a race.</summary>
    Equal,

    /// <summary>It closes first.</summary>
    Races,
}
