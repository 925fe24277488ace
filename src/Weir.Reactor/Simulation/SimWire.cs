using System.Net;

namespace Weir.Reactor;

/// <summary>What the two ends of one simulated connection share.</summary>
internal sealed class SimWire(int number, SimConnectionPlan plan, IPEndPoint local, IPEndPoint remote, long startMicros)
{
    public int Number { get; } = number;

    public SimConnectionPlan Plan { get; } = plan;

    public IPEndPoint ConnectorEndPoint { get; } = local;

    public IPEndPoint AcceptorEndPoint { get; } = remote;

    public long StartMicros { get; } = startMicros;

    /// <summary>Every packet is swallowed, those under way too.</summary>
    public bool IsVanished { get; set; }

    /// <summary>Nothing more is let on the wire; what is under way arrives.</summary>
    public bool IsCut { get; set; }
}
