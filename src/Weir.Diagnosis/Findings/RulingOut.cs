using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Findings;

/// <summary>What speaks against every other cause that a finding could have been taken for. Texts only, made of the finding's numbers.</summary>
internal static class RulingOut
{
    // What happens so often is no deployment.
    private const int ManyIncidents = 4;

    // A refusal of an answer is there before that.
    private const double SlowMilliseconds = 3_000;

    // More than this beyond what chance does speaks for a limit and not against it.
    private const double OftenerThanChance = 1.2;

    private static readonly Cause[] _ofSent =
    [
        Cause.KeepaliveRace, Cause.RequestLimitClose, Cause.TargetRestart, Cause.TargetTimeout, Cause.TargetCrash, Cause.MalformedResponse,
        Cause.Deregistration, Cause.ConnectRefused, Cause.SlowTarget, Cause.NoTargets,
    ];

    private static readonly Cause[] _ofNotConnected =
        [Cause.TargetRestart, Cause.ConnectRefused, Cause.ConnectTimeout, Cause.TlsFailure, Cause.KeepaliveRace, Cause.NoTargets];

    private static readonly Cause[] _ofSilent = [Cause.SlowTarget, Cause.ConnectTimeout, Cause.TargetTimeout, Cause.TlsFailure];

    public static IEnumerable<RuledOut> All(FindingFacts facts)
    {
        Cause[] candidates = facts.Tally.Cause switch
        {
            Cause.SlowTarget or Cause.ConnectTimeout => _ofSilent,
            Cause.ConnectRefused or Cause.TlsFailure => _ofNotConnected,
            Cause.KeepaliveRace or Cause.RequestLimitClose or Cause.TargetRestart or Cause.TargetTimeout or Cause.TargetCrash
                or Cause.MalformedResponse or Cause.Deregistration => _ofSent,
            Cause.ClientAbort => [Cause.SlowTarget, Cause.TargetCrash],
            Cause.ClientTimeout or Cause.NoTargets => [Cause.SlowTarget, Cause.ConnectRefused],
            _ => [],
        };
        return from candidate in candidates
               where candidate != facts.Tally.Cause
               let reason = Against(candidate, facts)
               where reason is not null
               select new RuledOut(candidate, reason);
    }

    private static string? Against(Cause candidate, FindingFacts facts) => facts.Tally.Cause switch
    {
        Cause.NoTargets => "No target was chosen, so none was asked.",
        Cause.ClientTimeout => "The request was not whole, so no target was asked.",
        Cause.ClientAbort => candidate is Cause.SlowTarget
            ? $"The client left first: {FindingWording.HalfOf(facts)} over after {FindingWording.Milliseconds(facts.MedianMilliseconds)}, and the balancer waits for {facts.IdleTimeoutSeconds:0.###} s."
            : "The client closed, not the target: that is 502.",
        _ => AgainstOfTarget(candidate, facts),
    };

    private static string? AgainstOfTarget(Cause candidate, FindingFacts facts) => candidate switch
    {
        Cause.KeepaliveRace => AgainstRace(facts),
        Cause.RequestLimitClose => facts.Tally.WithLags == 0
            ? "They were not cut at once, as a request on a closed connection is."
            : facts.Tally.RightAfter > facts.Tally.RightAfterExpected * OftenerThanChance ? null
            : $"{facts.Tally.RightAfter:N0} of {facts.Tally.WithLags:N0} went out right after an answer, as the request that meets such a close does; by chance {facts.Tally.RightAfterExpected:0.#} would.",
        Cause.TargetRestart => AgainstRestart(facts),
        Cause.TargetTimeout => facts.Tally.Cause is Cause.SlowTarget or Cause.ConnectTimeout
            ? "The target closed nothing: that would be 502."
            : facts.Evidence?.Peak is null
            ? $"A limit cuts after a fixed time of seconds: {FindingWording.HalfOf(facts)} cut within {FindingWording.Milliseconds(facts.MedianMilliseconds)}."
            : "They lie outside of the time at which the target cuts requests off.",
        Cause.TargetCrash => (facts.MedianMilliseconds < 100
            ? $"A process that dies meets requests at all ages, and several at once; {FindingWording.HalfOf(facts)} cut within {FindingWording.Milliseconds(facts.MedianMilliseconds)}."
            : "A process that dies meets requests at all ages, and several at once.") + Healthy(facts),
        Cause.MalformedResponse => AgainstMalformed(facts),
        Cause.Deregistration => facts.AreTargetsInUse
            ? "Their targets went on to answer requests."
            : $"It cuts what has run for a whole deregistration delay; {FindingWording.HalfOf(facts)} cut within {FindingWording.Milliseconds(facts.MedianMilliseconds)}.",
        Cause.ConnectRefused => facts.Tally.Cause is Cause.TlsFailure
            ? "A refusal takes one round trip; these took longer, or the target's port is one for TLS."
            : facts.Tally.Cause is Cause.TargetRestart ? "The targets were back within two minutes." : "The requests were sent: there was a connection.",
        Cause.ConnectTimeout => facts.Tally.Cause is Cause.SlowTarget
            ? "The requests were sent: there was a connection."
            : LineRules.IsConnectLimit((long)facts.MedianMilliseconds) ? null
            : LineRules.IsConnectLimit(facts.Tally.TookMilliseconds(1))
            ? $"{FindingWording.Capital(FindingWording.HalfOf(facts))} over after {FindingWording.Milliseconds(facts.MedianMilliseconds)}; those that took 10 s are of targets where others fail at once."
            : "They failed at once, not after 10 s.",
        Cause.TlsFailure => facts.Tally.Cause is Cause.SlowTarget
            ? "The requests were sent: there was a session."
            : "They took as long as a refusal takes, and the target's port is none for TLS, or other requests were refused as well.",
        Cause.SlowTarget => $"The error came {FindingWording.Milliseconds(facts.MedianMilliseconds)} after the request was sent, not after the idle timeout.",
        Cause.NoTargets => facts.Tally.Count == 1 ? "It has a target." : "Each has a target.",
        _ => null,
    };

    private static string? AgainstMalformed(FindingFacts facts)
    {
        if (facts.MedianMilliseconds > SlowMilliseconds)
        {
            return $"A refused answer comes soon; {FindingWording.HalfOf(facts)} cut only after {FindingWording.Milliseconds(facts.MedianMilliseconds)} or more.";
        }

        // One kind that is never answered is what a refused answer looks like.
        return facts.AnsweredOfKinds > 0
            ? $"{FindingWording.KindsOf(facts)} The same were answered {(facts.AnsweredOfKinds == 1 ? "once" : Plural.Of(facts.AnsweredOfKinds, "time"))} since."
            : facts.Tally.Keys.Count == 1 && facts.Tally.Count > 1 ? null
            : FindingWording.KindsOf(facts);
    }

    private static string? AgainstRace(FindingFacts facts) => facts.Tally switch
    {
        { Cause: Cause.ConnectRefused or Cause.TlsFailure or Cause.ConnectTimeout } => "Nothing was sent: a race needs a connection that was there.",
        { Cause: Cause.TargetRestart } tally when tally.WithLags * 2 < tally.Count =>
            "Most of them had no connection, or failed with others of their target: a race needs a connection, and meets one request at a time.",
        var tally when tally.WithLags == 0 || facts.MedianMilliseconds > 1_000 =>
            $"A race ends within about a round trip; {FindingWording.HalfOf(facts)} over only after {FindingWording.Milliseconds(facts.MedianMilliseconds)} or more.",
        _ when facts.Evidence?.CommonLag is { IsFound: true } => facts.Tally.InWindow * 2 < facts.Tally.WithLags
            ? "They do not have the lag that the races of this group have."
            : null,
        // Nobody knows what was answered before them.
        _ when facts.Evidence is { IsTrafficSeen: false } => null,
        { Count: 1 } => "One error does not show after which time its target closes.",
        _ => "They have no time since an earlier answer in common.",
    };

    private static string Healthy(FindingFacts facts) =>
        facts.Checks is { Count: > 0, Failed: 0 } ? $" {FindingWording.Capital(Plural.PartOf(facts.Checks.Count, facts.Checks.Count, "health check"))} {Plural.Word(facts.Checks.Count, "was", "were")} passed." : "";

    private static string? AgainstRestart(FindingFacts facts)
    {
        FindingTally tally = facts.Tally;
        if (tally.Cause is Cause.ConnectRefused)
        {
            return "The refusals do not end within two minutes, or come time and again while the target answers others." + Healthy(facts);
        }

        long alone = tally.Count - Math.Min(tally.InIncidents, tally.Count);
        string around = tally.AnsweredAround == 0 ? ""
            : tally.AnsweredAround >= tally.Count ? "; the target answered before and after"
            : $"; {Plural.Of(tally.AnsweredAround, "time")} the target answered before and after";
        if (alone * 2 < tally.Count)
        {
            return Together(tally, alone) + Healthy(facts);
        }

        return tally.Count == 1
            ? $"Nothing else of its target failed about then{around}.{Healthy(facts)}"
            : $"{alone:N0} of {tally.Count:N0} {Plural.Word(alone, "is", "are")} alone: nothing else of their target failed about then{around}.{Healthy(facts)}";
    }

    private static string? Together(FindingTally tally, long alone)
    {
        int lasting = tally.Incidents.Count(static incident => !(incident.DownSeconds <= IncidentBook.RestartSeconds));
        return lasting * 2 >= tally.Incidents.Count
            ? $"{FindingWording.Capital(Plural.PartOf(lasting, tally.Incidents.Count, "stretch"))} of such errors {Plural.Word(lasting, "was", "were")} not over within two minutes."
            : tally.Incidents.TrueForAll(static incident => incident.NotConnected == 0)
                ? $"{tally.Count - alone:N0} of {tally.Count:N0} {Plural.Word(tally.Count - alone, "comes", "come")} with others of their target, but it refused no connection, as a process that starts does."
                : tally.Incidents.Count >= ManyIncidents
                    ? $"{tally.Count - alone:N0} of {tally.Count:N0} {Plural.Word(tally.Count - alone, "comes", "come")} with others of their target, but time and again."
                    : null;
    }
}
