using System.Net;

namespace Weir.Reactor;

/// <summary>Accepts connections on one address and port of one loop, until it is closed.</summary>
public abstract class Listener
{
    /// <summary>The address bound, with the port that the system chose when 0 was asked for.</summary>
    public abstract IPEndPoint LocalEndPoint { get; }

    /// <summary>
    /// From now on another target is given the connections. The way to replace what serves a port without losing a
    /// connection: the socket, and whoever is in its queue or amid the handshake, stays. (A second socket on the port and
    /// a close of the first resets what the kernel has assigned to the first since its last accept.)
    /// </summary>
    public virtual void HandOver(IAcceptTarget target) => throw new NotSupportedException();

    /// <summary>
    /// Accepts everything that the kernel has completed so far, then stops listening: a connection that was already
    /// established is served, not reset. One that completes in the microseconds between the two is reset, so this is for
    /// ports that are given up; what replaces a listener takes it over with <see cref="HandOver"/>.
    /// </summary>
    public abstract void Close();
}
