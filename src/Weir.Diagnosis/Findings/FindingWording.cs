using Weir.Diagnosis.Causes;

namespace Weir.Diagnosis.Findings;

/// <summary>A finding in words: what happened, and the numbers that say so. Texts only; computes nothing that decides.</summary>
internal static class FindingWording
{
    public static string Headline(FindingFacts facts)
    {
        FindingTally tally = facts.Tally;
        string times = tally.Count == 1 ? "once" : $"{tally.Count:N0} times";
        return tally.Cause switch
        {
            Cause.KeepaliveRace when facts.CloseTimes is { } close =>
                $"{times}, a request met a connection that the target was just closing after {SecondsOf(close)} of idleness; the balancer keeps it for {facts.IdleTimeoutSeconds:0.###} s.",
            Cause.KeepaliveRace => $"{times}, a request met a connection that the target was just closing, by its shape; the time cannot be told from so few.",
            Cause.RequestLimitClose => $"{times}, a request was sent onto a connection that the target closed right after its answer before: a limit of requests per connection.",
            Cause.TargetRestart => $"{times}, a target was being stopped or started; it was back within two minutes.",
            Cause.ConnectRefused => $"{times}, a target refused the connection.",
            Cause.ConnectTimeout => $"{times}, no connection to the target came about within 10 s.",
            Cause.TargetTimeout => facts.Evidence?.Peak is { } peak
                ? $"{times}, the target cut its own request off after {Range(peak.FromMilliseconds / 1000.0, peak.ToMilliseconds / 1000.0)}: its own limit."
                : $"{times}, the target cut its own request off after a round number of seconds: its own limit, it seems.",
            Cause.TargetCrash => $"{times}, the target closed in the middle of a request, after {Milliseconds(tally.TookMilliseconds(0.1))} to {Milliseconds(tally.TookMilliseconds(0.9))}.",
            Cause.MalformedResponse => $"{times}, the target's answer to a kind of request was none, or not HTTP.",
            Cause.TlsFailure => $"{times}, no TLS session with the target came about.",
            Cause.SlowTarget => $"{times}, the target did not answer within the idle timeout.",
            Cause.NoTargets => $"{times}, the target group had no target to send to.",
            Cause.Deregistration => $"{times}, a request was still running when its target's deregistration delay ended.",
            Cause.ClientAbort => $"{times}, the client closed before it had its answer.",
            Cause.ClientTimeout => $"{times}, the client did not send its whole request in time.",
            Cause.BadRequest => $"{times}, the balancer refused the request.",
            Cause.LambdaError => $"{times}, the Lambda function or the way to it failed.",
            Cause.AuthError => $"{times}, authentication failed.",
            Cause.Waf => $"{times}, WAF blocked the request, or failed.",
            _ => $"{times}, the balancer made an error that fits no cause well.",
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
            Cause.MalformedResponse => Kinds(facts),
            _ => [],
        })
        {
            yield return sentence;
        }

        yield return Spread(facts);
    }

    private static IEnumerable<string> Shape(FindingFacts facts)
    {
        FindingTally tally = facts.Tally;
        string codes = string.Join(", ", tally.Statuses.OrderByDescending(static entry => entry.Value).Take(4).Select(static entry => $"{entry.Key} ({entry.Value:N0})"));
        yield return $"Codes that the balancer made itself, without one of the target: {codes}.";
        if (tally.Cause is Cause.KeepaliveRace or Cause.RequestLimitClose or Cause.MalformedResponse or Cause.TargetCrash)
        {
            yield return $"The request was sent, and no answer came: cut {Milliseconds(tally.TookMilliseconds(0.5))} after it was sent (half of them; nine in ten within {Milliseconds(tally.TookMilliseconds(0.9))}).";
        }
        else if (tally.Cause is Cause.SlowTarget or Cause.ConnectTimeout or Cause.TargetTimeout or Cause.TlsFailure or Cause.ConnectRefused)
        {
            yield return $"It took {Milliseconds(tally.TookMilliseconds(0.1))} to {Milliseconds(tally.TookMilliseconds(0.9))} (eight in ten).";
        }
    }

    private static IEnumerable<string> Race(FindingFacts facts, IServerAdvice advice)
    {
        if (facts.CloseTimes is { } times && facts.Evidence?.CommonLag is { } lag)
        {
            yield return $"{facts.Tally.InWindow:N0} of {facts.Tally.WithLags:N0} came {Range(lag.LowSeconds, lag.HighSeconds)} after an earlier answer of the same node and target; of ordinary requests {lag.ExpectedShare:P1} do.";
            if (advice.Explain(times.Center, times.Low, times.High) is { } explanation)
            {
                yield return $"{explanation}.";
            }

            if (times.High > facts.IdleTimeoutSeconds)
            {
                yield return $"That is more than the idle timeout of {facts.IdleTimeoutSeconds:0.###} s that was given: the balancer's real one must be longer.";
            }
        }
        else if (facts.OnlyGapSeconds is { } gap)
        {
            yield return $"The request came {gap:0.000} s after the last answer of the same node and target.";
            IReadOnlyList<string> servers = advice.ClosesAt(gap, gap);
            yield return servers.Count == 0
                ? "No server is known that closes idle connections then, as it comes."
                : $"Servers that close idle connections about then, as they come: {string.Join("; ", servers)}.";
            yield return Power(facts);
        }
        else
        {
            yield return Power(facts);
        }
    }

    private static string Power(FindingFacts facts) =>
        $"The closing time cannot be told: {facts.Tally.Count:N0} such errors, at {facts.AnswersPerSecond:0.###} answers a second for each node and target; about {facts.ErrorsToLocate:N0} would do.";

    private static IEnumerable<string> Limit(FindingFacts facts)
    {
        FindingTally tally = facts.Tally;
        if (tally.WithLags > 0)
        {
            yield return $"{tally.RightAfter:N0} of {tally.WithLags:N0} were sent right after an answer of the same node and target; by chance it would be {tally.RightAfterExpected:N0}.";
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
        yield return $"They come in {incidents.Count:N0} stretches on a target, with up to {incidents.Max(static incident => incident.NotConnected + incident.Cut):N0} errors each; "
            + (down.Length == 0 ? "none of them ended within the log." : $"half of them were over within {down[down.Length / 2]:0.#} s, the longest took {down[^1]:0} s.");
        int inRow = incidents.Count(static incident => incident.Rolling > 1);
        if (inRow > 1)
        {
            yield return $"{inRow:N0} of them follow one on another target of the group, as in a deployment.";
        }
    }

    private static IEnumerable<string> Kinds(FindingFacts facts)
    {
        if (facts.Tally.Keys.Count > 0)
        {
            yield return $"They are of {facts.Tally.Keys.Count:N0} kinds of requests (method and path); the commonest has {facts.GreatestKeyShare:P0} of them.";
        }
    }

    private static string Spread(FindingFacts facts)
    {
        FindingTally tally = facts.Tally;
        int hours = (int)Math.Ceiling(facts.LogSeconds / 3600);
        string where = tally.Targets.Keys.All(static target => target < 0) ? "without a target"
            : $"on {facts.TargetsWithErrors:N0} of {Math.Max(facts.TargetsOfGroup, facts.TargetsWithErrors):N0} targets";
        return $"They lie {where}, in {tally.HoursWithErrors:N0} of the log's {Math.Max(hours, tally.HoursWithErrors):N0} hours; the group had {facts.Group.Requests:N0} requests, of which {facts.Group.Answered:N0} were answered.";
    }

    public static string Milliseconds(double milliseconds) => milliseconds < 1000 ? $"{milliseconds:0} ms" : $"{milliseconds / 1000:0.0##} s";

    public static string Range(double low, double high) => high - low < 0.0005 ? $"{low:0.000} s" : low >= 10 && high - low >= 0.5 ? $"{low:0.0} to {high:0.0} s" : $"{low:0.000} to {high:0.000} s";

    private static string SecondsOf(CloseTimes times) =>
        times.High - times.Low > 0.05 * times.High ? $"{times.Low:0.0} to {times.High:0.0} s" : $"{times.Center:0.0} s";
}
