using System.Globalization;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Probing;

/// <summary>Whether a target is safe behind a balancer with this idle timeout, and why. Immutable; computed from the measurement alone.</summary>
/// <param name="Outcome">Safe, not safe, or not known.</param>
/// <param name="Reason">Why.</param>
/// <param name="Margin">By how much the target outlives the balancer, at least; negative: by how much it does not. Null: nothing closes.</param>
/// <param name="Sentence">All of it for people.</param>
public sealed record ProbeVerdict(ProbeOutcome Outcome, ProbeReason Reason, TimeSpan? Margin, string Sentence)
{
    // One connection may have met a restart; two have met a rule.
    private const int UnannouncedCloses = 2;

    public static ProbeVerdict Of(ProbeMeasurement measurement, IdleSummary idle, TimeSpan idleTimeout, string? loadBalancerSign)
    {
        if (loadBalancerSign is not null)
        {
            return new ProbeVerdict(ProbeOutcome.NotMeasured, ProbeReason.LoadBalancer, null, string.Create(
                CultureInfo.InvariantCulture,
                $"This is a load balancer, not a target ({loadBalancerSign}): its idle timeout towards clients says nothing about the connections behind it. Probe the target itself."));
        }

        if (measurement is { KeepsNoConnection: true, IsError: true })
        {
            return new ProbeVerdict(ProbeOutcome.NotMeasured, ProbeReason.ErrorAnswer, null, string.Create(
                CultureInfo.InvariantCulture,
                $"Not measured: the target answers {measurement.Asked.StatusCode} and ends the connection with it, as many servers do after an error. Its other answers may keep theirs: probe a path that answers 200; --host and --header may help."));
        }

        if (measurement.KeepsNoConnection)
        {
            return new ProbeVerdict(
                ProbeOutcome.Safe,
                ProbeReason.KeepsNoConnection,
                null,
                "Safe: the target ends every connection with its answer and says so, so that none is idle and used again. Each request pays for a new connection.");
        }

        if (idle is { Idle: 0, Restarted: > 0 })
        {
            return new ProbeVerdict(
                ProbeOutcome.NotMeasured,
                ProbeReason.Restarted,
                null,
                "Not measured: the target restarted or was reloaded in every round, while its connections were idle. That each restart cuts them says nothing of its idle timeout. Probe it again when it stays up.");
        }

        if (idle.Idle == 0)
        {
            return new ProbeVerdict(
                ProbeOutcome.NotMeasured, ProbeReason.NoAnswers, null, "Not measured: no connection was left open after its answer.");
        }

        // A close after every answer is no matter of time.
        ProbeVerdict? ofCounts = OfCounts(measurement);
        return measurement.Count is { Requests: 1 } && ofCounts is not null
            ? ofCounts
            : OfIdle(idle, idleTimeout) is { Outcome: ProbeOutcome.NotSafe } bad ? bad : ofCounts ?? OfIdle(idle, idleTimeout);
    }

    private static ProbeVerdict OfIdle(IdleSummary idle, TimeSpan idleTimeout)
    {
        string behind = $"behind an idle timeout of {Seconds(idleTimeout, 0)}";
        TimeSpan margin = (idle.Closed > 0 ? idle.Ages[0] : idle.Watched) - idleTimeout;
        if (idle.Closed > 0 && margin <= -ProbeLimits.RequiredMargin)
        {
            return new ProbeVerdict(ProbeOutcome.NotSafe, ProbeReason.ClosesEarlier, margin, idle.Differs
                ? $"Not safe {behind}: some connections are closed after {Seconds(idle.Ages[0], 1)}, {Seconds(-margin, 1)} before the balancer would."
                : $"Not safe {behind}: the target closes idle connections after {Seconds(idle.Ages[0], 1)}, {Seconds(-margin, 1)} before the balancer would.");
        }

        if (idle.Closed > 0 && margin < ProbeLimits.RequiredMargin)
        {
            return new ProbeVerdict(
                ProbeOutcome.NotSafe,
                ProbeReason.ClosesTogether,
                margin,
                $"Not safe {behind}: the target closes after {Seconds(idle.Ages[0], 1)}, when the balancer does; it must outlive it by {Seconds(ProbeLimits.RequiredMargin, 0)} at least.");
        }

        if (idle.Lost > 0)
        {
            return new ProbeVerdict(
                ProbeOutcome.NotSafe,
                ProbeReason.Lost,
                null,
                $"Not safe {behind}: after {Seconds(idle.Watched, 0)} idle, {Plural.PartOf(idle.Lost, idle.Idle, "connection")} {Plural.Word(idle.Lost, "answers", "answer")} no more, and nobody said so: a firewall or NAT in between, or the target, forgot {Plural.Word(idle.Lost, "it", "them")}.");
        }

        if (idle.Talked > 0)
        {
            return new ProbeVerdict(
                ProbeOutcome.NotMeasured,
                ProbeReason.Talks,
                null,
                $"Not measured: on {Plural.PartOf(idle.Talked, idle.Idle, "idle connection")} the target sent bytes that nobody had asked for ('{idle.Talk}'), so that an answer could not be told from more of them. A balancer would take them for the answer to its next request.");
        }

        return idle.Closed > 0
            ? new ProbeVerdict(
                ProbeOutcome.Safe,
                ProbeReason.ClosesLater,
                margin,
                $"Safe {behind}: the target closes after {Seconds(idle.Ages[0], 1)} at the earliest, {Seconds(margin, 1)} after the balancer.")
            : new ProbeVerdict(
                ProbeOutcome.Safe,
                ProbeReason.StillOpen,
                margin,
                $"Safe {behind}: {Plural.PartOf(idle.StillOpen, idle.StillOpen, "connection")} answered another request after {Seconds(idle.Watched, 0)} idle.");
    }

    private static ProbeVerdict? OfCounts(ProbeMeasurement measurement) =>
        measurement.Counts.Count(static count => count.Outcome == CountOutcome.Unannounced) < UnannouncedCloses
            ? null
            : new ProbeVerdict(ProbeOutcome.NotSafe, ProbeReason.UnannouncedRequestLimit, null, string.Create(
                CultureInfo.InvariantCulture,
                $"Not safe: the target closes a connection after {(measurement.Count!.Requests == 1 ? "every answer" : Plural.Of(measurement.Count.Requests, "request"))} without saying so (no {(measurement.Http2 is null ? "Connection: close" : "GOAWAY")}); a request on its way then is lost."));

    private static string Seconds(TimeSpan time, int decimals) =>
        time.TotalSeconds.ToString(FormattableString.Invariant($"F{decimals}"), CultureInfo.InvariantCulture) + " s";
}
