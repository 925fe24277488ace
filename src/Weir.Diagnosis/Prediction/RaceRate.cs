namespace Weir.Diagnosis;

/// <summary>
/// How likely a request meets a connection that its target is closing, and has not heard of it: the closed formula of
/// docs/race.md, with its derivation and limits there. Pure.
/// </summary>
public static class RaceRate
{
    private const double SecondsPerDay = 86_400;

    // What is left out beyond: levels of the pool that one request in a thousand million sees.
    private const double NegligibleShare = 1e-9;

    // So many standard deviations below the mean, requests under way are e^-200 times as likely as at it: far within a double.
    private const double FarDeviations = 20;

    // The mean over closing times that are spread, where it has no closed form.
    private const int SpreadSteps = 1_000;

    /// <summary>The share of requests that race (0 to 1), with newest-first reuse.</summary>
    public static double PerRequest(in RaceConditions conditions)
    {
        double rate = conditions.RequestsPerSecond;
        double serviceSeconds = conditions.ServiceTime.TotalSeconds;
        double load = rate * serviceSeconds;
        // Of a busy pool, where most levels are never seen. The age at the first is then a stand-in: what is wrong with it shrinks
        // by level / load a level, and is gone long before the levels that count.
        int level = (int)Math.Max(0, load - (FarDeviations * Math.Sqrt(load)));
        var reuse = ReuseAge.OfLevel0(rate);
        // How likely a level is, compared to the first: e^-load itself is 0 to a double from 746 requests under way on.
        double likely = 1;
        double all = 0;
        double sum = 0;
        while (true)
        {
            all += likely;
            sum += likely * reuse.Weight * MeanInWindow(reuse.DecayPerSecond, conditions);
            // Above the mean each level is less likely than the one before by a factor that falls: a geometric series is more.
            if (level >= load && likely * load <= NegligibleShare * all * (level + 1 - load))
            {
                return sum / all;
            }

            level++;
            likely *= load / level;
            reuse = reuse.NextLevel(rate, level / serviceSeconds);
        }
    }

    /// <summary>Races in a day of such traffic.</summary>
    public static double PerDay(in RaceConditions conditions) =>
        PerRequest(conditions) * conditions.RequestsPerSecond * SecondsPerDay;

    /// <summary>
    /// The share of requests that race when each connection is used again by the <paramref name="turns"/>-th request after
    /// its last: so many connections used oldest first, or so many targets in turn. For a service time that does not matter.
    /// </summary>
    public static double PerRequestInTurns(in RaceConditions conditions, int turns)
    {
        // An Erlang-distributed gap: the chance to be longer than t is that of fewer than so many arrivals within t.
        double fromSeconds = conditions.ClosesFrom.TotalSeconds;
        double widthSeconds = conditions.Window.TotalSeconds;
        double idleSeconds = conditions.BalancerIdleTimeout.TotalSeconds;
        double spreadSeconds = conditions.ClosesUntil.TotalSeconds - fromSeconds;
        int steps = spreadSeconds > 0 ? SpreadSteps : 1;
        double sum = 0;
        for (int i = 0; i < steps; i++)
        {
            double closes = fromSeconds + (spreadSeconds * (i + 0.5) / steps);
            double from = Math.Max(closes - widthSeconds, 0);
            double until = Math.Max(Math.Min(closes, idleSeconds), from);
            // Two numbers next to 1 at little traffic: their difference may be below 0 by rounding.
            sum += Math.Max(0, LongerThan(from, conditions.RequestsPerSecond, turns) - LongerThan(until, conditions.RequestsPerSecond, turns));
        }

        return sum / steps;
    }

    /// <summary>
    /// The share of requests that race when they come at even intervals and each connection is used again by the
    /// <paramref name="turns"/>-th after its last. The ages at reuse are always the same, so it is all or nothing, but for
    /// closing times that are spread.
    /// </summary>
    public static double PerRequestPeriodic(in RaceConditions conditions, int turns)
    {
        // A connection's first request has the connect before it, a round trip, and so the second one comes that much younger.
        double age = (turns / conditions.RequestsPerSecond) - conditions.ServiceTime.TotalSeconds;
        (double freshMet, double freshClosed) = AtAge(age - conditions.Window.TotalSeconds, conditions);
        (double warmMet, double warmClosed) = AtAge(age, conditions);
        if (warmMet + warmClosed == 0)
        {
            return 0;
        }

        // Three states that a request can find: no connection, one that has carried one request, one that has carried more.
        // Their shares follow from each other; a race leaves none.
        double warm = (1 - freshMet - freshClosed) / (warmMet + warmClosed);
        double none = freshMet + (warm * warmMet);
        return none / (1 + warm + none);
    }

    // How likely a connection of such an age meets its close, and is known to be closed.
    private static (double Met, double Closed) AtAge(double ageSeconds, in RaceConditions conditions)
    {
        if (ageSeconds >= conditions.BalancerIdleTimeout.TotalSeconds)
        {
            return (0, 1);
        }

        double closed = ClosesWithin(ageSeconds, conditions);
        return (ClosesWithin(ageSeconds + conditions.Window.TotalSeconds, conditions) - closed, closed);
    }

    private static double ClosesWithin(double seconds, in RaceConditions conditions)
    {
        double from = conditions.ClosesFrom.TotalSeconds;
        double until = conditions.ClosesUntil.TotalSeconds;
        return until > from ? Math.Clamp((seconds - from) / (until - from), 0, 1)
            : seconds >= from ? 1
            : 0;
    }

    private static double LongerThan(double seconds, double rate, int turns)
    {
        // In logarithms: the chance of no arrival at all may be 0 to a double where that of some is not.
        double logTerm = -rate * seconds;
        double sum = 0;
        for (int i = 0; i < turns; i++)
        {
            sum += Math.Exp(logTerm);
            logTerm += Math.Log(rate * seconds / (i + 1));
        }

        return sum;
    }

    /// <summary>
    /// The mean of e^(−γ(T−W)) − e^(−γ·min(T, I)) over the target's closing time T; where the balancer closes before T−W, nothing.
    /// </summary>
    private static double MeanInWindow(double decay, in RaceConditions conditions)
    {
        double from = conditions.ClosesFrom.TotalSeconds;
        double until = conditions.ClosesUntil.TotalSeconds;
        double width = conditions.Window.TotalSeconds;
        double idle = conditions.BalancerIdleTimeout.TotalSeconds;
        if (until <= from)
        {
            double begin = Math.Max(from - width, 0);
            double end = Math.Min(from, idle);
            return begin < end ? Math.Exp(-decay * begin) - Math.Exp(-decay * end) : 0;
        }

        double whole = Math.Clamp(idle, from, until);
        double cut = Math.Clamp(idle + width, whole, until);
        // Where T < W a request of any age is late. The exponents are never above 0, so that nothing overflows.
        double young = Math.Max(0, Math.Min(cut, width) - from);
        double sum = young + Integral(decay, Math.Max(from - width, 0), Math.Max(cut - width, 0))
            - Integral(decay, from, whole) - (Math.Exp(-decay * idle) * (cut - whole));
        // Two numbers next to each other at little traffic: their difference may be below 0 by rounding.
        return Math.Max(0, sum) / (until - from);
    }

    private static double Integral(double decay, double from, double until) =>
        (Math.Exp(-decay * from) - Math.Exp(-decay * until)) / decay;
}
