namespace Weir.Balancer;

/// <summary>
/// What one target last said on one loop of when it closes idle connections. Owned by the loop's <see cref="LoopTarget"/>.
/// </summary>
internal sealed class AdvertisedTime
{
    /// <summary>What its last <c>Keep-Alive: timeout=</c> said, in milliseconds; <see cref="CloseTimes.Unknown"/>: nothing.</summary>
    public long Ms { get; private set; } = CloseTimes.Unknown;

    /// <summary>A response carried it. True when it said something new.</summary>
    public bool Said(int seconds) => Set(seconds * 1000L);

    /// <summary>
    /// The first response on a connection, which stays open, carried none: whoever answers now does not say. True when that
    /// is new.
    /// </summary>
    public bool SaidNothing() => Set(CloseTimes.Unknown);

    private bool Set(long ms)
    {
        bool isNew = ms != Ms;
        Ms = ms;
        return isNew;
    }
}
