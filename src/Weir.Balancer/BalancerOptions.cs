using Weir.AccessLogs;

namespace Weir.Balancer;

/// <summary>What a balancer is given besides its configuration.</summary>
public sealed class BalancerOptions
{
    /// <summary>Null: no access log.</summary>
    public AccessLogWriter? AccessLog { get; init; }

    /// <summary>Null: no connection log.</summary>
    public AccessLogWriter? ConnectionLog { get; init; }

    /// <summary>Null: no explain log. An undivided writer.</summary>
    public AccessLogWriter? Explain { get; init; }

    /// <summary>The secret of the stickiness cookies.</summary>
    public StickyKey StickyKey { get; init; } = StickyKey.Ephemeral();

    /// <summary>
    /// Client connections that are open at once, at most, shared out evenly among the loops; those beyond wait in the
    /// kernel's backlog. 0: no limit.
    /// </summary>
    public int MaxClientConnections { get; init; }

    /// <summary>Gets a sentence about something that the operator should know. Called on any loop's thread; must not block.</summary>
    public Action<string> Report { get; init; } = static _ => { };

    /// <summary>Null but in a simulation.</summary>
    internal IExchangeObserver? Observer { get; init; }
}
