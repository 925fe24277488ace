namespace Weir.Reactor;

/// <summary>What will go wrong in one direction of one simulated connection. Never changed once in use.</summary>
public sealed record SimDirectionPlan
{
    public static readonly SimDirectionPlan Healthy = new();

    public SimFaultKind Fault { get; init; }

    /// <summary>The fault strikes when this many bytes have been put on the wire; 0: instead of the first one.</summary>
    public long AtByte { get; init; }

    /// <summary>How long a <see cref="SimFaultKind.Stall"/> lasts.</summary>
    public TimeSpan StallFor { get; init; }

    /// <summary>Segments carry no more than this; 1: every byte travels on its own.</summary>
    public int MaxSegmentBytes { get; init; } = int.MaxValue;

    /// <summary>Up to this byte <see cref="MaxSegmentBytes"/> holds: what matters is at the start, and bytes are many.</summary>
    public long ShortSegmentsUntilByte { get; init; } = long.MaxValue;
}
