namespace Weir.Simulation.Balancer;

/// <summary>What both sides of one tunnel have seen of it. Compared at the end of the run.</summary>
internal sealed class TunnelRecord
{
    public TunnelDirection ToTarget { get; } = new();

    public TunnelDirection ToClient { get; } = new();

    /// <summary>A side has broken it off, or was quiet for so long that the balancer may: nothing is promised of the rest.</summary>
    public bool IsDisturbed { get; set; }

    /// <summary>Sides that wait for the other's end.</summary>
    public int Waiting { get; set; }

    /// <summary>Bytes of the client's connection, those of the handshake among them.</summary>
    public long ClientSent { get; set; }

    /// <summary>The same that it has received.</summary>
    public long ClientReceived { get; set; }

    public override string ToString() => $"to the target {ToTarget}; to the client {ToClient}; disturbed {IsDisturbed}";
}
