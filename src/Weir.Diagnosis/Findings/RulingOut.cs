using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Findings;

/// <summary>What speaks against every other cause that a finding could have been taken for. Texts only, made of the finding's numbers.</summary>
internal static class RulingOut
{
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
            _ => [],
        };
        return from candidate in candidates
               where candidate != facts.Tally.Cause
               let reason = Against(candidate, facts)
               where reason is not null
               select new RuledOut(candidate, reason);
    }

    private static string? Against(Cause candidate, FindingFacts facts) => candidate switch
    {
        Cause.KeepaliveRace => AgainstRace(facts),
        Cause.RequestLimitClose => facts.Tally.WithLags == 0
            ? "They were not cut at once, as a request on a closed connection is."
            : $"{facts.Tally.RightAfter:N0} of {facts.Tally.WithLags:N0} were sent right after an answer, and by chance it would be {facts.Tally.RightAfterExpected:N0}.",
        Cause.TargetRestart => AgainstRestart(facts),
        Cause.TargetTimeout => facts.Evidence?.Peak is null
            ? $"There is no time after which strikingly many were cut: half of them within {FindingWording.Milliseconds(facts.MedianMilliseconds)}."
            : "They lie outside of the time at which the target cuts requests off.",
        Cause.TargetCrash => facts.MedianMilliseconds < 100
            ? $"They were cut {FindingWording.Milliseconds(facts.MedianMilliseconds)} after they were sent; a process that dies meets requests at all ages, and several at once."
            : "A process that dies meets requests at all ages, and several at once.",
        Cause.MalformedResponse => $"They are of {facts.Tally.Keys.Count:N0} kinds of requests, the commonest has {facts.GreatestKeyShare:P0}; the same kinds are answered otherwise.",
        Cause.Deregistration => "Their targets went on to get requests, or had got some just before.",
        Cause.ConnectRefused => facts.Tally.Cause is Cause.TlsFailure
            ? "A refusal takes one round trip; these took longer, or the target's port is one for TLS."
            : facts.Tally.Cause is Cause.TargetRestart ? "The targets were back within two minutes." : "The requests were sent: there was a connection.",
        Cause.ConnectTimeout => facts.Tally.Cause is Cause.SlowTarget
            ? "The requests were sent: there was a connection."
            : "They failed at once, not after 10 s.",
        Cause.TlsFailure => facts.Tally.Cause is Cause.SlowTarget
            ? "The requests were sent: there was a session."
            : "They took as long as a refusal takes, and the target's port is none for TLS, or other requests were refused as well.",
        Cause.SlowTarget => $"The error came {FindingWording.Milliseconds(facts.MedianMilliseconds)} after the request was sent, not after the idle timeout.",
        Cause.NoTargets => "Each has a target.",
        _ => null,
    };

    private static string AgainstRace(FindingFacts facts) => facts.Tally.WithLags == 0 || facts.MedianMilliseconds > 1_000
        ? $"They were cut {FindingWording.Milliseconds(facts.MedianMilliseconds)} after they were sent: a race ends within about a round trip."
        : facts.Evidence?.CommonLag is { IsFound: true }
            ? "They do not have the lag that the races of this group have."
            : "They have no time since an earlier answer in common.";

    private static string? AgainstRestart(FindingFacts facts)
    {
        FindingTally tally = facts.Tally;
        return tally.Cause is Cause.ConnectRefused
            ? "The refusals do not end within two minutes, or come time and again while the target answers others."
            : $"{tally.Count - Math.Min(tally.InIncidents, tally.Count):N0} of {tally.Count:N0} are alone: the target answered right before and after, and refused nothing.";
    }
}
