namespace Weir.Diagnosis;

/// <summary>
/// Decides at which idle ages connections are used again so that requests meet the target's close, and learns from what
/// came of it. Pure: it knows no clock and no network.
/// </summary>
/// <remarks>
/// A request that the balancer sends at the age a arrives at a + half the round trip; a close reaches the balancer half a
/// round trip after it happened. So requests sent between (close − round trip) and close, by the balancer's clock, meet it.
/// </remarks>
internal sealed class RacePacing
{
    // A scheduler's ordinary lateness, before and behind the moment.
    private static readonly TimeSpan _minSlack = TimeSpan.FromMilliseconds(10);

    // Wider than this, bursts would hardly ever meet the moment.
    private static readonly TimeSpan _maxSlack = TimeSpan.FromSeconds(1);

    // More than a busy machine makes a request late: beyond, it is known where closes are.
    private static readonly TimeSpan _wideSlack = TimeSpan.FromMilliseconds(100);

    private readonly TimeSpan _roundTrip;

    /// <param name="close">When connections were measured to be closed.</param>
    /// <param name="spread">How far those measurements lay apart.</param>
    /// <param name="roundTrip">Between the balancer and the target.</param>
    public RacePacing(TimeSpan close, TimeSpan spread, TimeSpan roundTrip)
    {
        Close = close;
        _roundTrip = roundTrip;
        Slack = Clamp(spread / 2);
    }

    /// <summary>The idle age at which the balancer is expected to see the close.</summary>
    public TimeSpan Close { get; private set; }

    /// <summary>How far before and behind the moment requests are sent as well.</summary>
    public TimeSpan Slack { get; private set; }

    public TimeSpan From => Max(TimeSpan.Zero, Close - _roundTrip - Slack);

    public TimeSpan To => Close + Slack;

    /// <summary>The ages for so many requests, evenly over the window, youngest first.</summary>
    public TimeSpan[] Ages(int count)
    {
        TimeSpan step = (To - From) / count;
        return [.. Enumerable.Range(0, count).Select(index => From + (step * (index + 0.5)))];
    }

    /// <summary>Takes in what a burst showed.</summary>
    /// <param name="races">How many of its requests met the close.</param>
    /// <param name="reuses">How many were answered on a reused connection.</param>
    /// <param name="closeAges">At which ages the balancer saw connections being closed.</param>
    public void Learn(int races, int reuses, IReadOnlyList<TimeSpan> closeAges)
    {
        if (closeAges.Count > 0)
        {
            Close = closeAges.Order().ElementAt(closeAges.Count / 2);
        }

        if (races > 0)
        {
            return;
        }

        if (closeAges.Count == 0 && reuses > 0)
        {
            // Every connection was still alive: the close lies later.
            Close += _roundTrip + Slack;
        }

        Slack = Clamp(IsTooWideFor(closeAges) ? Slack / 2 : Slack * 2);
    }

    // Most requests of such a burst came when nothing was being closed.
    private bool IsTooWideFor(IReadOnlyList<TimeSpan> closeAges) =>
        Slack > _wideSlack && closeAges.Count > 1 && Slack > (closeAges.Max() - closeAges.Min()) * 2;

    private static TimeSpan Clamp(TimeSpan slack) => slack < _minSlack ? _minSlack : slack > _maxSlack ? _maxSlack : slack;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
