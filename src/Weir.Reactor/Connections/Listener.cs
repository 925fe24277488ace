using System.Net;

namespace Weir.Reactor;

/// <summary>Accepts connections on one address and port of one loop, until it is closed.</summary>
public abstract class Listener
{
    /// <summary>The address bound, with the port that the system chose when 0 was asked for.</summary>
    public abstract IPEndPoint LocalEndPoint { get; }

    /// <summary>
    /// Accepts no more, from the next connection on, until <see cref="Resume"/>: who comes waits in the kernel's backlog.
    /// </summary>
    public abstract void Pause();

    /// <summary>Ends a <see cref="Pause"/>; without one it does nothing.</summary>
    public abstract void Resume();

    /// <summary>
    /// Accepts everything that the kernel has completed so far, then stops listening: a connection that was already
    /// established is served, not reset. One that completes in the microseconds between the two is reset, and so is what
    /// waits while accepting is paused; so this is for ports that are given up: where the port is still wanted, the
    /// listener stays and its target serves it in a new way.
    /// </summary>
    public abstract void Close();
}
