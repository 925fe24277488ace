using System.Globalization;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Probing;

/// <summary>What a probe's steps are, and how long it takes at most from each of them to its end. Immutable.</summary>
/// <param name="answer">What an answer takes, as far as it is known.</param>
internal sealed class ProbeSchedule(ProbeOptions options, TimeSpan answer = default)
{
    private const int IdleStep = 3;

    // An answer before it is idle, and one to prove that it still lives.
    private readonly TimeSpan _round = IdleConnections.RoundLimit(options) + (answer * 2);

    private int Steps => options.SilentWait > TimeSpan.Zero ? IdleStep + 1 : IdleStep;

    // Silence is kept beside the idle rounds.
    private TimeSpan Waiting => Longer(IdleLeft(1, options.Repeats ?? ProbeLimits.DefaultRepeats, TimeSpan.Zero), options.SilentWait);

    public ProbeProgress Contact(TimeSpan elapsed) => new(
        1, Steps, "the first answers", elapsed, Rest(ProbeLimits.Answer * 2, elapsed) + (ProbeLimits.Counting * 2) + Waiting, null);

    public ProbeProgress Counting(TimeSpan elapsed) => new(
        2,
        Steps,
        string.Create(CultureInfo.InvariantCulture, $"{Plural.Of(options.MaxRequests, "request")} on one connection{(options.IsHttp2 ? "" : ", twice")}"),
        elapsed,
        Rest(ProbeLimits.Counting * 2, elapsed) + Waiting,
        null);

    public ProbeProgress Idle(int round, int rounds, TimeSpan elapsed, int ended, TimeSpan silence) => new(
        IdleStep,
        Steps,
        Plural.Of(options.Connections, "idle connection") + (rounds == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", round {round} of {rounds}")),
        elapsed,
        Longer(IdleLeft(round, rounds, elapsed), Rest(options.SilentWait, silence)),
        ended);

    public ProbeProgress Silence(TimeSpan elapsed) => new(
        Steps,
        Steps,
        string.Create(CultureInfo.InvariantCulture, $"{ProbeLimits.SilentConnections} connections that never said a word"),
        elapsed,
        Rest(options.SilentWait, elapsed),
        null);

    // Where nobody says how often, only a quick round has others after it, and these will be as quick.
    private TimeSpan IdleLeft(int round, int rounds, TimeSpan elapsed)
    {
        TimeSpan own = Rest(_round, elapsed);
        if (options.Repeats is not null)
        {
            return own + (_round * (rounds - round));
        }

        TimeSpan quick = _round < ProbeLimits.RepeatedRound ? _round : ProbeLimits.RepeatedRound;
        return elapsed < quick ? Longer(own, Rest(quick, elapsed) + (quick * (rounds - round))) : own;
    }

    private static TimeSpan Rest(TimeSpan limit, TimeSpan elapsed) => limit > elapsed ? limit - elapsed : TimeSpan.Zero;

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
