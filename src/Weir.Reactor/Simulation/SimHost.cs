using System.Net;

namespace Weir.Reactor;

/// <summary>An address of a simulated network, and whether it answers.</summary>
internal sealed class SimHost(IPAddress address)
{
    // Source: Linux, net.ipv4.ip_local_port_range
    private const int FirstEphemeralPort = 32768;
    private const int LastEphemeralPort = 60999;

    private int _nextPort = FirstEphemeralPort;

    public IPAddress Address { get; } = address;

    /// <summary>Every packet to and from it is swallowed.</summary>
    public bool IsSilent { get; set; }

    public int NextEphemeralPort()
    {
        int port = _nextPort;
        _nextPort = port == LastEphemeralPort ? FirstEphemeralPort : port + 1;
        return port;
    }
}
