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
    private const int MaxLevels = 10_000;

    // The mean over closing times that are spread, where it has no closed form.
    private const int SpreadSteps = 1_000;

    /// <summary>The share of requests that race (0 to 1), with newest-first reuse.</summary>
    public static double PerRequest(in RaceConditions conditions)
    {
        double rate = conditions.RequestsPerSecond;
        double serviceSeconds = conditions.ServiceTime.TotalSeconds;
        double load = rate * serviceSeconds;
        double share = Math.Exp(-load);
        double left = 1;
        double sum = 0;
        var reuse = ReuseAge.OfLevel0(rate);
        for (int level = 0; level < MaxLevels && left > NegligibleShare; level++)
        {
            if (level > 0)
            {
                share *= load / level;
                reuse = reuse.NextLevel(rate, level / serviceSeconds);
            }

            left -= share;
            sum += share * reuse.Weight * MeanInWindow(reuse.DecayPerSecond, conditions);
        }

        return sum;
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
            sum += LongerThan(from, conditions.RequestsPerSecond, turns) - LongerThan(until, conditions.RequestsPerSecond, turns);
        }

        return sum / steps;
    }

    private static double LongerThan(double seconds, double rate, int turns)
    {
        double term = Math.Exp(-rate * seconds);
        double sum = 0;
        for (int i = 0; i < turns; i++)
        {
            sum += term;
            term *= rate * seconds / (i + 1);
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
        double sum = (Math.Exp(decay * width) - 1) * Integral(decay, from, whole)
            + (Math.Exp(decay * width) * Integral(decay, whole, cut))
            - (Math.Exp(-decay * idle) * (cut - whole));
        return sum / (until - from);
    }

    private static double Integral(double decay, double from, double until) =>
        (Math.Exp(-decay * from) - Math.Exp(-decay * until)) / decay;
}
