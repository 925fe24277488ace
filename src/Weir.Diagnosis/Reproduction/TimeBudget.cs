using System.Globalization;

namespace Weir.Diagnosis;

/// <summary>
/// What still fits into the time that a reproduction, and each of its phases, may take. Pure: it is told how much has
/// passed.
/// </summary>
/// <param name="canBeFixed">Whether the phases with the fix follow the race.</param>
/// <param name="learning">How long the protection first waits for closes; zero: it need not.</param>
internal sealed class TimeBudget(ReproductionOptions options, bool canBeFixed, TimeSpan learning)
{
    /// <summary>What a phase takes beside waiting: a server that starts, answers, log lines.</summary>
    public static readonly TimeSpan Overhead = TimeSpan.FromSeconds(5);

    // The servers are ended within the time as well.
    private static readonly TimeSpan _endLimit = TimeSpan.FromSeconds(5);

    // Beyond the balancer's idle timeout a close by the target can meet no request.
    private static readonly TimeSpan _measuredBeyond = TimeSpan.FromSeconds(3);

    /// <summary>When everything is to be over but the ending of servers.</summary>
    public static TimeSpan Deadline(ReproductionOptions options) => options.WholeLimit - _endLimit;

    /// <summary>How long to wait for a close: of a longer one there would be no time to show the race and what stops it.</summary>
    public static TimeSpan MeasuredFor(ReproductionOptions options) =>
        Min(options.IdleTimeout + _measuredBeyond, options.WholeLimit / 3);

    /// <summary>The least time for a phase: one round.</summary>
    public TimeSpan Needs(ReproductionPhase phase, TimeSpan round) => Overhead + phase switch
    {
        ReproductionPhase.FixAtIdleTimeout => options.Quick ? TimeSpan.Zero : options.IdleTimeout,
        ReproductionPhase.Protect => learning + round,
        _ => round,
    };

    public bool MayBegin(ReproductionPhase phase, TimeSpan round, TimeSpan elapsed) =>
        elapsed + Needs(phase, round) <= Deadline(options);

    /// <summary>Why a phase must end before another round, in a clause; null if there is room for one.</summary>
    /// <param name="round">How long a round waits.</param>
    /// <param name="inPhase">For how long the phase has been pacing requests.</param>
    /// <param name="elapsed">How much of the whole has.</param>
    public string? WhyNoMore(ReproductionPhase phase, TimeSpan round, TimeSpan inPhase, TimeSpan elapsed)
    {
        if (inPhase + round > options.PacingLimit)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"another round of {round.TotalSeconds:0.0} s would end after the {options.PacingLimit.TotalSeconds:0} s that a phase may take");
        }

        return elapsed + round + Overhead + Behind(phase, round) > Deadline(options)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"another round of {round.TotalSeconds:0.0} s would leave too little of the {options.WholeLimit.TotalMinutes:0.#} min for the whole")
            : null;
    }

    private TimeSpan Behind(ReproductionPhase phase, TimeSpan round) => phase switch
    {
        ReproductionPhase.Race when canBeFixed => Needs(ReproductionPhase.Fix, round) + Behind(ReproductionPhase.Fix, round),
        ReproductionPhase.Race => Needs(ReproductionPhase.Protect, round),
        // These two run beside one another.
        ReproductionPhase.Fix => Max(Needs(ReproductionPhase.Protect, round), Needs(ReproductionPhase.FixAtIdleTimeout, round)),
        _ => TimeSpan.Zero,
    };

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
