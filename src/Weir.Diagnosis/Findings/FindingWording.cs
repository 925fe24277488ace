using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Lags;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Findings;

/// <summary>A finding in words: what happened, and the numbers that say so. Texts only; computes nothing that decides.</summary>
internal static class FindingWording
{
    // Clients and sizes of fewer errors are those of chance.
    private const long LeastForOrigins = 3;

    private const int MaxReasons = 4;

    // Lines that fit errors by time are others' in two or three of a hundred.
    private const double FewByChance = 0.05;

    // From here on a race fits too, and then people look for the time since the last answer.
    private const double NearlyAsLikely = 0.25;

    // What so many ordinary requests have in common with errors tells nothing.
    private const double NearlyAll = 0.8;

    public static string Headline(FindingFacts facts)
    {
        FindingTally tally = facts.Tally;
        bool isOne = tally.Count == 1;
        return tally.Cause switch
        {
            Cause.KeepaliveRace when facts.CloseTimes is { } close => isOne
                ? $"The request met a connection that the target was just closing after {SecondsOf(close)} of idleness; the balancer keeps it for {Kept(facts, close)}."
                : $"Requests met connections that the target was just closing after {SecondsOf(close)} of idleness; the balancer keeps them for {Kept(facts, close)}.",
            Cause.KeepaliveRace when facts.OnlyGapSeconds is { } gap && isOne =>
                $"The request came {gap:0.000} s after the last answer of its target, and met a connection that was just being closed: a hypothesis, from its shape alone.",
            Cause.KeepaliveRace => $"{(isOne ? "The request met a connection" : "Requests met connections")} that the target was just closing, by {(isOne ? "its" : "their")} shape; {(tally.Count < facts.ErrorsToLocate ? "after which time of idleness cannot be told from so few" : "but no time of idleness is common to them")}.",
            Cause.RequestLimitClose => isOne
                ? "The request was sent onto a connection that the target closed right after its answer before: a limit of requests per connection."
                : "Requests were sent onto connections that the target closed right after its answer before: a limit of requests per connection.",
            Cause.TargetRestart => "Targets were being stopped or started; they were back within two minutes.",
            Cause.ConnectRefused => "The target refused the connection.",
            Cause.ConnectTimeout => "No connection to the target came about within 10 s.",
            Cause.TargetTimeout => facts.Evidence?.Peak is { } peak
                ? $"The target cut its own requests off after {Range(peak.FromMilliseconds / 1000.0, peak.ToMilliseconds / 1000.0)}: its own limit."
                : "The target cut its own requests off after a round number of seconds: its own limit, it seems.",
            Cause.TargetCrash => isOne
                ? $"The target closed in the middle of the request, after {Milliseconds(tally.TookMilliseconds(0.5))}."
                : $"The target closed in the middle of requests, after {MostTimes(tally)}.",
            Cause.MalformedResponse => "The target's answer to a kind of request was none, or not HTTP.",
            Cause.TlsFailure => "No TLS session with the target came about.",
            Cause.SlowTarget => Math.Abs(facts.MedianMilliseconds - (1000 * facts.IdleTimeoutSeconds)) < 1000
                ? $"The target did not answer within the idle timeout of {facts.IdleTimeoutSeconds:0.###} s."
                : $"The target did not answer: the balancer waited for {MostTimes(tally)}, which is not the idle timeout of {facts.IdleTimeoutSeconds:0.###} s.",
            Cause.NoTargets => "The target group had no target to send to.",
            Cause.Deregistration => "Requests were still running when their target's deregistration delay ended.",
            Cause.ClientAbort => isOne ? "The client closed before it had its answer." : "Clients closed before they had their answers.",
            Cause.ClientTimeout => isOne ? "The client did not send its whole request in time." : "Clients did not send their whole requests in time.",
            Cause.BadRequest => isOne ? "The balancer refused the request." : "The balancer refused requests.",
            Cause.LambdaError => "The Lambda function or the way to it failed.",
            Cause.AuthError => "Authentication failed.",
            Cause.Waf => isOne ? "WAF blocked the request, or failed." : "WAF blocked requests, or failed.",
            _ => isOne ? "The balancer made an error that fits no cause well." : "The balancer made errors that fit no cause well.",
        };
    }

    public static IEnumerable<string> Evidence(FindingFacts facts, IServerAdvice advice)
    {
        foreach (string sentence in Shape(facts))
        {
            yield return sentence;
        }

        foreach (string sentence in facts.Tally.Cause switch
        {
            Cause.KeepaliveRace => Race(facts, advice),
            Cause.RequestLimitClose => Limit(facts),
            Cause.TargetRestart or Cause.ConnectRefused => Outages(facts),
            Cause.MalformedResponse => [KindsOf(facts)],
            Cause.TargetCrash when facts.RaceChance >= NearlyAsLikely => Gap(facts, advice),
            _ => [],
        })
        {
            yield return sentence;
        }

        yield return Spread(facts);
        foreach (string sentence in Origins(facts).Concat(Health(facts)).Concat(TargetLog(facts)))
        {
            yield return sentence;
        }
    }

    private static IEnumerable<string> Shape(FindingFacts facts)
    {
        FindingTally tally = facts.Tally;
        string codes = string.Join(", ", tally.Statuses.OrderByDescending(static entry => entry.Value).Take(4).Select(static entry => $"{entry.Key} ({entry.Value:N0})"));
        yield return tally.Count == 1
            ? $"The balancer made the {tally.Statuses.Keys.First()} itself: the line has no code of the target."
            : $"Codes that the balancer made itself, without one of the target: {codes}.";
        if (tally.Origins.Reasons.Count > 0)
        {
            yield return $"The lines name the reason: {Commonest(tally.Origins.Reasons)}.";
        }

        if (tally.Cause is Cause.KeepaliveRace or Cause.RequestLimitClose or Cause.MalformedResponse or Cause.TargetCrash)
        {
            yield return $"{(tally.Count == 1 ? "The request was" : "The requests were")} sent, and no answer came: cut {Took(tally)}.";
        }
        else if (tally.Cause is Cause.SlowTarget or Cause.ConnectTimeout or Cause.TargetTimeout or Cause.TlsFailure or Cause.ConnectRefused)
        {
            yield return tally.Count == 1
                ? $"It took {Milliseconds(tally.TookMilliseconds(0.5))}."
                : $"It took {MostTimes(tally)} (eight in ten).";
        }
    }

    private static IEnumerable<string> Race(FindingFacts facts, IServerAdvice advice)
    {
        if (facts.CloseTimes is { } times && facts.Evidence?.CommonLag is { } lag)
        {
            yield return $"{facts.Tally.InWindow:N0} of {facts.Tally.WithLags:N0} came {Range(lag.LowSeconds, lag.HighSeconds)} after an earlier answer of the same node and target; of ordinary requests {lag.ExpectedShare:P1} do.";
            if (advice.Explain(times) is { } explanation)
            {
                yield return $"{explanation}.";
            }

            if (times.High > facts.IdleTimeoutSeconds)
            {
                yield return facts.IdleTimeout.IsAssumed
                    ? $"That is more than ALB's default idle timeout of {facts.IdleTimeoutSeconds:0.###} s: the balancer's must be longer. What to do is reckoned with {facts.LeastIdleTimeoutSeconds:0} s, the least that it can be; give the real one with --idle-timeout."
                    : $"That is more than the idle timeout of {facts.IdleTimeoutSeconds:0.###} s: the balancer's real one must be longer.";
            }
        }
        else
        {
            foreach (string sentence in Gap(facts, advice))
            {
                yield return sentence;
            }

            yield return Power(facts);
        }
    }

    private static IEnumerable<string> Gap(FindingFacts facts, IServerAdvice advice)
    {
        if (facts.OnlyGapSeconds is { } gap)
        {
            yield return $"The request came {gap:0.000} s after the last answer of the same node and target.";
            IReadOnlyList<string> servers = advice.ClosesAt(CloseTimes.OfGap(gap));
            yield return servers.Count == 0
                ? "No server is known that closes idle connections then, as it comes."
                : $"Servers that close idle connections about then, as they come: {string.Join("; ", servers)}.";
        }
    }

    // The power, and what it means that there is no common time where it would show.
    private static string Power(FindingFacts facts) => facts.Evidence is { IsTrafficSeen: false }
        ? "After which idle time the target closes cannot be told: the log does not have the answers before them."
        : facts.Tally.Count < facts.ErrorsToLocate
        ? $"After which idle time the target closes cannot be told from {(facts.Tally.Count == 1 ? "one such error" : $"{facts.Tally.Count:N0} such errors")}, "
            + $"at {facts.AnswersPerSecond:0.###} answers a second for each node and target; about {facts.ErrorsToLocate:N0} would do."
        : $"They have no time since an earlier answer in common. At {facts.AnswersPerSecond:0.###} answers a second for each node and target about "
            + $"{Plural.Of(facts.ErrorsToLocate, "error")} show it, where the target keeps its time to {LagPower.WindowSeconds * 1000:0} ms, and there are {facts.Tally.Count:N0}: that speaks against a race.";

    private static IEnumerable<string> Limit(FindingFacts facts)
    {
        FindingTally tally = facts.Tally;
        if (tally.WithLags > 0)
        {
            string chance = tally.RightAfterExpected < tally.WithLags * NearlyAll
                ? $"; by chance it would be {tally.RightAfterExpected:0.#}."
                : ", as nearly every request is at such traffic: that says nothing.";
            yield return $"{Plural.PartOf(tally.RightAfter, tally.WithLags, "request")} {Plural.Word(tally.RightAfter, "was", "were")} sent right after an answer of the same node and target{chance}";
        }

        if (facts.Requests > 0)
        {
            yield return $"One request in {facts.Requests / Math.Max(tally.Count, 1):N0} to these targets is lost.";
        }
    }

    private static IEnumerable<string> Outages(FindingFacts facts)
    {
        List<Incident> incidents = facts.Tally.Incidents;
        if (incidents.Count == 0)
        {
            yield break;
        }

        double[] down = [.. incidents.Select(static incident => incident.DownSeconds).Where(double.IsFinite).Order()];
        long most = incidents.Max(static incident => incident.NotConnected + incident.Cut);
        if (incidents is [var only])
        {
            yield return $"They come in one stretch on a target, of {Plural.Of(most, "error")}; "
                + (down.Length == 0 ? "it did not end within the log." : $"it was over within {only.DownSeconds:0.#} s.");
            yield break;
        }

        yield return $"They come in {incidents.Count:N0} stretches on a target, with up to {Plural.Of(most, "error")} each; "
            + (down.Length == 0 ? "none of them ended within the log." : $"half of them were over within {down[down.Length / 2]:0.#} s, the longest took {down[^1]:0.#} s.");
        int inRow = incidents.Count(static incident => incident.Rolling > 1);
        if (inRow > 1)
        {
            yield return $"{inRow:N0} of them follow one on another target of the group, as in a deployment.";
        }
    }

    private static string Spread(FindingFacts facts)
    {
        FindingTally tally = facts.Tally;
        string group = $"the group had {Plural.Of(facts.Group.Requests, "request")}, of which {facts.Group.Answered:N0} {Plural.Word(facts.Group.Answered, "was", "were")} answered.";
        if (tally.Count == 1)
        {
            return $"It is the only one; {group}";
        }

        int hours = (int)Math.Ceiling(facts.LogSeconds / 3600);
        string where = tally.Targets.Keys.All(static target => target < 0) ? "They had no target"
            : $"They lie on {Plural.PartOf(facts.TargetsWithErrors, Math.Max(facts.TargetsOfGroup, facts.TargetsWithErrors), "target")}";
        string when = hours < 2 ? $"within {Duration(tally.PeriodSeconds)} of the log's {Duration(facts.LogSeconds)}"
            : $"in {tally.HoursWithErrors:N0} of the log's {Plural.Of(Math.Max(hours, tally.HoursWithErrors), "hour")}";
        return $"{where}, {when}; {group}";
    }

    private static IEnumerable<string> Origins(FindingFacts facts)
    {
        OriginTally origins = facts.Tally.Origins;
        if (origins.Count >= LeastForOrigins)
        {
            string of = origins.Count < facts.Tally.Count ? $"{origins.Count:N0} of them that were looked at" : "They";
            string most = origins.Clients == 1 ? "" : $", of which one has {(double)origins.OfCommonestClient / origins.Count:P0}";
            string size = facts.AnsweredBytes is { } answered ? $" ({answered:N0} of those answered)" : "";
            yield return $"{of} came from {Plural.Of(origins.Clients, "client")}{most}, with requests of {origins.MedianBytes:N0} bytes{size}; medians.";
        }

        if (origins.WithConnection > 0)
        {
            yield return $"By the connection log, {origins.WithConnection:N0} of them came over {Plural.Of(origins.Connections, "connection")} of clients, open for {Duration(origins.MedianOpenSeconds)} by then (median).";
        }
    }

    private static IEnumerable<string> Health(FindingFacts facts)
    {
        if (facts.Checks.Count == 0)
        {
            yield break;
        }

        yield return facts.Checks.Failed == 0
            ? $"The targets were healthy otherwise: {Plural.PartOf(facts.Checks.Count, facts.Checks.Count, "health check")} in the log {Plural.Word(facts.Checks.Count, "was", "were")} passed."
            : $"{Capital(Plural.PartOf(facts.Checks.Failed, facts.Checks.Count, "health check"))} of these targets failed ({Commonest(facts.Checks.Reasons)}); "
                + $"{Plural.PartOf(facts.Tally.NearFailedChecks, facts.Tally.Count, "error")} {Plural.Word(facts.Tally.NearFailedChecks, "lies", "lie")} within a minute of such a failure.";
    }

    private static IEnumerable<string> TargetLog(FindingFacts facts)
    {
        (long found, long missing) = (facts.Tally.InTargetLog, facts.Tally.NotInTargetLog);
        if (found + missing == 0)
        {
            yield break;
        }

        bool isClose = facts.Tally.Cause is Cause.KeepaliveRace or Cause.RequestLimitClose;
        string meaning = found == 0 ? $"they {(isClose ? "met a connection that was closed, and " : "")}never reached the target's handler"
            : facts.Tally.InTargetLogByTraceId == 0 && found < FewByChance * (found + missing)
                ? "so few may fit by time by chance; the others never reached the target's handler"
            : missing == 0 ? "the target handled them, and their answers were lost on the way back"
            : "some were handled, and their answers lost; the others never reached the target's handler";
        yield return $"The targets' own log has {found:N0} of {found + missing:N0} that could be looked up: {meaning}.";
    }

    /// <summary>What of requests (method and path) the errors are, in a sentence.</summary>
    public static string KindsOf(FindingFacts facts) => facts.Tally switch
    {
        { Count: 1 } => "One error cannot show that its kind of request is broken.",
        { Keys.Count: 1 } => "They are of one kind of request (method and path).",
        var tally => $"They are of {tally.Keys.Count:N0} kinds of requests (method and path), of which the commonest has {facts.GreatestKeyShare:P0}.",
    };

    /// <summary>Words as a sentence begins.</summary>
    public static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    /// <summary>The subject of a sentence about a median.</summary>
    public static string HalfOf(FindingFacts facts) => facts.Tally.Count == 1 ? "this one was" : "half of these were";

    /// <summary>The commonest of what was counted: <c>TimedOut 12, FailedHealthChecks 3</c>.</summary>
    public static string Commonest(Dictionary<string, long> counts) => string.Join(", ", counts
        .OrderByDescending(static entry => entry.Value).ThenBy(static entry => entry.Key, StringComparer.Ordinal).Take(MaxReasons)
        .Select(static entry => $"{entry.Key} {entry.Value:N0}"));

    private static string Took(FindingTally tally)
    {
        string half = Milliseconds(tally.TookMilliseconds(0.5)), most = Milliseconds(tally.TookMilliseconds(0.9));
        return tally.Count == 1 || half == most ? $"{half} later" : $"{half} later (half of them; nine in ten within {most})";
    }

    private static string Duration(double seconds) => seconds < 120 ? $"{seconds:0.#} s" : seconds < 7200 ? $"{seconds / 60:0} min" : $"{seconds / 3600:0.#} h";

    public static string Milliseconds(double milliseconds) => milliseconds < 1 ? "less than 1 ms" : milliseconds < 1000 ? $"{milliseconds:0} ms" : $"{milliseconds / 1000:0.0##} s";

    private static string MostTimes(FindingTally tally)
    {
        string low = Milliseconds(tally.TookMilliseconds(0.1)), high = Milliseconds(tally.TookMilliseconds(0.9));
        return low == high ? low : $"{low} to {high}";
    }

    public static string Range(double low, double high) => high - low < 0.0005 ? $"{low:0.000} s" : low >= 10 && high - low >= 0.5 ? $"{low:0.0} to {high:0.0} s" : $"{low:0.000} to {high:0.000} s";

    private static string Kept(FindingFacts facts, CloseTimes close) => close.Low > facts.IdleTimeoutSeconds ? "longer" : $"{facts.IdleTimeoutSeconds:0.###} s";

    private static string SecondsOf(CloseTimes times) =>
        times.High - times.Low > 0.05 * times.High ? $"{times.Low:0.0} to {times.High:0.0} s" : $"{times.Center:0.0} s";
}
