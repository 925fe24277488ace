using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Health;
using Weir.Diagnosis.Lags;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Findings;

/// <summary>The numbers that a finding's sentences are made of. Immutable.</summary>
internal sealed class FindingFacts
{
    public FindingFacts(FindingTally tally, GroupState group, CutEvidence? evidence, RequestBook book, OtherSources others, IdleTimeout idleTimeout)
    {
        Tally = tally;
        Group = group;
        Evidence = evidence;
        IdleTimeout = idleTimeout;
        LogSeconds = Math.Max((book.LastMicroseconds - book.FirstMicroseconds) / 1e6, 1);
        TargetsOfGroup = book.Targets.Count(target => target.Requests > 0 && target.TargetGroup == tally.TargetGroup);
        int[] targets = [.. tally.Targets.Keys.Where(static target => target >= 0)];
        Requests = targets.Sum(target => book.Target(target).Requests);
        AreTargetsInUse = targets.Length > 0 && Array.TrueForAll(targets, target => book.Target(target).LastAnsweredSentMicroseconds > tally.LastMicroseconds);
        Checks = others.Health.Of(targets);
        AnsweredBytes = others.Origins.AnsweredBytes(tally.TargetGroup);
        AnsweredOfKinds = tally.KeyPlaces.Values.Sum(place => book.Keys[place].Answers);
        if (tally.Cause == Cause.KeepaliveRace && tally.WindowCloseSeconds.Count > 0)
        {
            CloseTimes = CloseTimes.Of(tally.WindowCloseSeconds);
        }
    }

    public FindingTally Tally { get; }

    public GroupState Group { get; }

    public CutEvidence? Evidence { get; }

    public IdleTimeout IdleTimeout { get; }

    public double IdleTimeoutSeconds => IdleTimeout.Seconds;

    public double LogSeconds { get; }

    /// <summary>Targets of the group that got requests.</summary>
    public int TargetsOfGroup { get; }

    /// <summary>Requests to the targets that have such errors.</summary>
    public long Requests { get; }

    public CloseTimes? CloseTimes { get; }

    /// <summary>All targets that have such errors answered requests after the last of them.</summary>
    public bool AreTargetsInUse { get; }

    /// <summary>Health checks of these targets, by health-check logs.</summary>
    public TargetChecks Checks { get; }

    /// <summary>The size of a request that the group answered, the median of some; null where none is known.</summary>
    public long? AnsweredBytes { get; }

    /// <summary>Requests of the same kinds that were answered, each kind from its first error on.</summary>
    public long AnsweredOfKinds { get; }

    /// <summary>Of very few errors, the time since the last answer: a hint where nothing can be proven.</summary>
    public double? OnlyGapSeconds => CloseTimes is null && Tally.Gaps.Count is > 0 and <= 3 && MedianGapSeconds > LagScan.ShortestIdleSeconds
        ? MedianGapSeconds
        : null;

    /// <summary>How likely these errors are races all the same, on average.</summary>
    public double RaceChance => Tally.ChanceSums[(int)Cause.KeepaliveRace] / Tally.Count;

    public double? MedianGapSeconds => Tally.Gaps.Count == 0 ? null : Tally.Gaps.Order().ElementAt(Tally.Gaps.Count / 2) / LagScale.TicksPerSecond;

    /// <summary>Answers a second, on an average pool of these errors.</summary>
    public double AnswersPerSecond => Evidence?.AnswersPerSecond ?? 0;

    /// <summary>About how many races it takes to find their common lag, at this rate.</summary>
    public int ErrorsToLocate => LagPower.ErrorsToLocate(AnswersPerSecond);

    /// <summary>What the advice for a race reckons with: no less than the balancer must have, as connections were that long idle.</summary>
    public double LeastIdleTimeoutSeconds => Math.Max(IdleTimeoutSeconds, Math.Ceiling(CloseTimes?.High ?? 0));

    public double MedianMilliseconds => Tally.TookMilliseconds(0.5);

    /// <summary>The share of the errors that the kind of request with most of them has.</summary>
    public double GreatestKeyShare => Tally.Keys.Count == 0 ? 0 : (double)Tally.Keys.Values.Max() / Tally.Count;

    public int TargetsWithErrors => Tally.Targets.Keys.Count(static target => target >= 0);
}
