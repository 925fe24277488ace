namespace Weir.Balancer;

/// <summary>What speaks a version of HTTP on a <see cref="TargetConnection"/>. On the loop's thread only.</summary>
internal interface ITargetSpeaker
{
    /// <summary>A request begins on the connection, which was parked or is new.</summary>
    TargetStream Begin();

    /// <summary>Something stirred on it while it is parked. False when it is of no use any more.</summary>
    bool StaysParked();

    /// <summary>As far as it is known here, the target may have ended it for being idle.</summary>
    bool MayHaveMetIdleTimer { get; }

    /// <summary>The connection is about to be closed, with nothing under way on it: buffers go back.</summary>
    void OnClosing();
}
