namespace Weir.Reactor;

/// <summary>One direction of the path between two addresses of a simulated network. Never changed once in use.</summary>
public sealed record SimLinkOptions
{
    /// <summary>What every packet takes, in microseconds. 250: between two zones of one region.</summary>
    public int LatencyMicros { get; init; } = 250;

    /// <summary>Up to this many microseconds more, drawn for each packet; 0: every packet takes the same time.</summary>
    public int JitterMicros { get; init; } = 100;

    /// <summary>How likely a segment is cut once more at a random byte (0 to 1): the source of short reads.</summary>
    public double SplitProbability { get; init; } = 0.05;
}
