namespace Weir.Simulation.Balancer;

/// <summary>What became of the bytes of one direction of a tunnel.</summary>
internal sealed class TunnelDirection
{
    /// <summary>Bytes that the sender has handed to the network.</summary>
    public long Sent { get; set; }

    /// <summary>The sender has said behind them that nothing follows.</summary>
    public bool IsEndSent { get; set; }

    /// <summary>Bytes that the receiver has got.</summary>
    public long Got { get; set; }

    /// <summary>It was told behind them that nothing follows.</summary>
    public bool IsEndGot { get; set; }

    public bool IsWhole => IsEndSent && IsEndGot && Got == Sent;

    public override string ToString() => $"{Sent} bytes{(IsEndSent ? " and the end" : "")} sent, {Got}{(IsEndGot ? " and the end" : "")} got";
}
