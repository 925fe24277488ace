using System.Globalization;
using Weir.Diagnosis.Probing;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis;

/// <summary>
/// What may be concluded from a reproduction, and no more: an outcome and its sentence, what was not proved, and what is left
/// to do. Pure.
/// </summary>
internal sealed class ReproductionConclusion(
    ReproductionOptions options, ServerDescription server, IReadOnlyList<PhaseReport> phases, IReadOnlyList<ReproductionPhase> leftOut)
{
    /// <summary>So many requests must have met the close before the race counts as shown.</summary>
    public const int NeededRaces = 5;

    /// <summary>
    /// After so many requests that met an announced close, and not one 502 among them, no more are waited for. By chance none of 20
    /// fails, at a rate of 14 %, once in twenty repetitions.
    /// </summary>
    public const int EnoughSentAgain = 20;

    private const int FirstErrorStatus = 400;

    private const string NoError = "NO_ERROR";

    private const string NeverReused =
        "the target closes every connection after its answer, or says that it will: none is ever reused, and there is no race";

    // A connection closed as soon as its answer was sent is not idle: it is never reused at all.
    private static readonly TimeSpan _noKeepAlive = TimeSpan.FromMilliseconds(200);

    // Not with the parts that follow: they are the ones that must not fail.
    private IEnumerable<PhaseReport> Tried => phases.Where(static phase => phase.Phase != ReproductionPhase.Race);

    /// <summary>Why there is no race to be shown with a target that closes so; null if there is one.</summary>
    public static (ReproductionOutcome Outcome, string Sentence)? WhyNoRace(ReproductionOptions options, IdleClose close)
    {
        if (!close.KeepsConnections)
        {
            return (ReproductionOutcome.NeverReused, NeverReused + AfterAnError(close));
        }

        if (close.Ages.Length == 0 && close.Limit < options.IdleTimeout)
        {
            return (ReproductionOutcome.ClosesTooLate, Invariant(
                $"the target keeps idle connections for more than {close.Limit.TotalSeconds:0} s: to show a race later than that does not fit into {Whole(options)}"));
        }

        if (close.Ages.Length == 0 || close.Ages[0] - options.IdleTimeout >= ProbeLimits.RequiredMargin)
        {
            return (ReproductionOutcome.OutlivesBalancer, Outlives(options, close));
        }

        if (close.Median >= options.IdleTimeout)
        {
            return (ReproductionOutcome.NoRace, Invariant(
                $"the target closes idle connections after {close.Ages[0].TotalSeconds:0.0} s to {close.Ages[^1].TotalSeconds:0.0} s, and the balancer after {options.IdleTimeout.TotalSeconds:0} s: requests can race, too rarely to be shown; the target must outlive the balancer by {ProbeLimits.RequiredMargin.TotalSeconds:0} s at least"));
        }

        return close.Median < _noKeepAlive
            ? (ReproductionOutcome.NeverReused, NeverReused)
            : null;
    }

    /// <summary>
    /// Whether the race has happened often enough, in the variant that was asked for, with each method, and without as many
    /// 502s for another reason: with those it could not be told what stops what.
    /// </summary>
    public static bool IsShown(ReproductionOptions options, PhaseReport race) =>
        !IsSomethingElse(race)
        && (options.Scenario == RaceScenario.Handled ? race.FailuresHandled ?? 0 : race.Failures) >= NeededRaces
        && options.Methods.All(race.FailuresByMethod.ContainsKey);

    /// <summary>
    /// Whether all that met the close met its announcement, often enough and with each method, and not one request got 502, for
    /// whatever reason: what else failed is another matter.
    /// </summary>
    public static bool AreAllSentAgain(ReproductionOptions options, PhaseReport race, int needed = NeededRaces) =>
        race is { FailedWith502: 0, Unseen5xx: 0 } && race.SentAgain >= needed && options.Methods.All(race.SentAgainByMethod.ContainsKey);

    /// <summary>Whether no more bursts are needed to conclude.</summary>
    public static bool IsEnough(ReproductionOptions options, PhaseReport race) =>
        IsShown(options, race) || AreAllSentAgain(options, race, EnoughSentAgain) || IsSomethingElse(race);

    /// <summary>Whether so many 502s were surely not the race that this target has another fault. Those that only it can tell decide nothing.</summary>
    public static bool IsSomethingElse(PhaseReport race) =>
        race.Other502s >= NeededRaces;

    /// <summary>
    /// Whether 502s are undecided, and nobody has looked yet whether it is the same long before the close: races beside them are no proof
    /// that there is nothing else.
    /// </summary>
    public static bool NeedsControl(PhaseReport race) =>
        race is { Controls: 0, Undecided502s: > 0 } && !IsSomethingElse(race);

    /// <summary>
    /// Why a phase in which nothing may fail has failed beyond recall, in a clause; null if more requests might still change what is
    /// concluded from it, or how that is told. One that ends with a failure has a bound that is too high rather than too low.
    /// </summary>
    public string? WhyDecided(PhaseReport phase) => !IsDecided(phase, phases[0]) ? null : Invariant(
        $"{(phase.Failed > 0 ? "it has failed" : "the target has closed first")} after {Plural.Of(phase.Judged, "request")}, and more would not change that; the race took {phases[0].Judged}");

    // 5xx that are in no line may be those of lines that come late, and so decide nothing.
    private bool IsDecided(PhaseReport phase, PhaseReport race) => phase switch
    {
        { Failed: 0, ClosesEarly: false } => false,
        // Whether any fails besides is open; whether weir learns is, too; and whether there is anything that is the race.
        { Failed: 0 } or { Phase: ReproductionPhase.Protect, Withheld: 0, Failures: > 0 } => phase.AtChosenAges >= race.AtChosenAges,
        _ when phase.Other502s == phase.Failed => phase.AtChosenAges >= race.AtChosenAges && (server.CanBeFixed || IsSomethingElse(phase)),
        _ => true,
    };

    /// <summary>`6 min`.</summary>
    public static string Whole(ReproductionOptions options) => Invariant($"{options.WholeLimit.TotalMinutes:0.#} min");

    public static string NameOf(ReproductionPhase phase) => phase switch
    {
        ReproductionPhase.Race => "the race",
        ReproductionPhase.Fix => "the fix",
        ReproductionPhase.FixAtIdleTimeout => "the fix around the balancer's own idle timeout",
        _ => "the protection",
    };

    /// <summary>How all of it ended, once the race was tried.</summary>
    public (ReproductionOutcome Outcome, string Sentence) Conclude()
    {
        if (IsSomethingElse(phases[0]))
        {
            return (ReproductionOutcome.OtherFailures, OtherFailures(phases[0], phases[0].Failures));
        }

        if (AreAllSentAgain(options, phases[0]))
        {
            return (ReproductionOutcome.SentAgain, SentAgain(phases[0]));
        }

        if (!IsShown(options, phases[0]))
        {
            return (ReproductionOutcome.NoRace, NoRace(phases[0]));
        }

        if (Tried.FirstOrDefault(static phase => phase.Faults.Count > 0) is { } failing)
        {
            // A fault of the target's that did not show in the race, since requests met other moments there.
            if (!server.CanBeFixed && IsSomethingElse(failing) && failing.Other502s == failing.Failed)
            {
                return (ReproductionOutcome.OtherFailures, OtherFailures(failing, phases[0].Failures));
            }

            return (ReproductionOutcome.StoryBroke,
                $"{failing.Failed} of {Plural.Of(failing.Judged, "request")} failed with {Describe(failing)}: {failing.FaultWords}{WhatItIs(failing)}{GoAwayErrors(failing)}");
        }

        if (Tried.FirstOrDefault(static phase => phase.ClosesEarly) is { } early)
        {
            return (ReproductionOutcome.StoryBroke,
                $"the target was the first to close {Plural.Of(early.ClosedByTarget, "idle connection")} with {Describe(early)}: it does not outlive the balancer");
        }

        if (leftOut.Count > 0)
        {
            return (ReproductionOutcome.TimeOver,
                $"the race happened; not shown, since it does not fit into {Whole(options)}: {string.Join("; ", leftOut.Select(NameOf))}");
        }

        return Tried.FirstOrDefault(static phase => !phase.IsEnough) is { } few
            ? (ReproductionOutcome.TooFewRequests, $"too few requests to tell, though none failed with {Describe(few)}: {WhyTooFew(few)}")
            : (ReproductionOutcome.StoryHeld, Held());
    }

    /// <summary>How it ended when the time was over in the middle of a phase, the last that was left out.</summary>
    public (ReproductionOutcome Outcome, string Sentence) ConcludeInTheMiddle() =>
        phases.Count > 0 && Conclude() is { Outcome: ReproductionOutcome.StoryBroke } broke
            ? broke
            : (ReproductionOutcome.TimeOver,
                $"the {Whole(options)} for the whole were over in the middle of {NameOf(leftOut[^1])}, since the target is slow to start or to answer");

    /// <summary>What a reader might take for proved, and is not.</summary>
    public IReadOnlyList<string> NotProved()
    {
        if (phases.Count == 0 || !IsShown(options, phases[0]))
        {
            return [];
        }

        var sentences = new List<string>();
        if (!server.CanBeFixed)
        {
            sentences.Add("that a longer keep-alive of the target ends it: Weir cannot change that of a target which is not its own");
        }
        else if (options.Quick)
        {
            sentences.Add(Invariant($"that nothing fails around the balancer's own {options.IdleTimeout.TotalSeconds:0} s: --quick leaves that out"));
        }

        sentences.AddRange(leftOut.Select(phase => $"{NameOf(phase)}: there was no time for it"));
        sentences.AddRange(Tried.Where(static phase => !phase.IsEnough && !phase.Broke)
            .Select(static phase => $"{NameOf(phase.Phase)}: too few requests to tell"));
        return sentences;
    }

    /// <summary>What is left to whoever asked; null if nothing is.</summary>
    public string? ToDo() => phases is not [var race, ..] ? null
        : AreAllSentAgain(options, race) ? $"let the target outlive the balancer here too ({server.FixedSetting}): AWS does not say whether ALB sends again what a GOAWAY has refused, and a target that is killed says none"
        : !server.CanBeFixed && IsShown(options, race)
        ? $"give the target a {server.FixedSetting} ({NodeSetting}; `weir probe{(options.IsHttp2 ? " --http2" : "")}` names the setting of the server that it recognises, docs/servers.md those of many) and run this again: it then finds that the target outlives the balancer, and exits 3"
        : null;

    private string NodeSetting => options.IsHttp2
        ? "Node.js: server.setTimeout(65000)"
        : "Node.js: server.keepAliveTimeout = 65000 and server.headersTimeout = 66000";

    // Its other answers may keep their connections.
    private static string AfterAnError(IdleClose close) =>
        close.StatusesByMethod.Values.SelectMany(static statuses => statuses).Distinct().ToArray() is [>= FirstErrorStatus and var status]
            ? Invariant($". It answers {status}, and many servers end a connection with an error: --path names a path that it serves")
            : "";

    private static string Outlives(ReproductionOptions options, IdleClose close)
    {
        string seen = close.StillOpen > 0
            ? Invariant($"{Plural.Of(close.StillOpen, "idle connection")} still open after {close.Limit.TotalSeconds:0} s")
            : Invariant($"it closed none of {Plural.Of(close.Ages.Length, "idle connection")} before {close.Ages[0].TotalSeconds:0.0} s");
        string said = close.SaidSeconds is { } seconds ? Invariant($", and it says {seconds} s") : "";
        return Invariant($"the target outlives the balancer's {options.IdleTimeout.TotalSeconds:0} s: {seen}{said}. There is no race to be shown");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);


    private static string Describe(PhaseReport phase) => phase.Phase switch
    {
        ReproductionPhase.Protect => "weir.stale_connection.mode=protect",
        ReproductionPhase.FixAtIdleTimeout => $"{phase.Setting} around the balancer's own idle timeout",
        _ => phase.Setting,
    };

    private string NoRace(PhaseReport race)
    {
        string reason = race.Shortened is { } shortened ? $"; {shortened}" : "";
        string sentAgain = race.SentAgain > 0
            ? Invariant($"; {race.SentAgain} {Plural.Word(race.SentAgain, "was", "were")} refused by GOAWAY, sent again and answered")
            : "";
        string otherwise = race.RefusedOtherwise > 0
            ? Invariant($"; {Plural.Of(race.RefusedOtherwise, "request")} {Plural.Word(race.RefusedOtherwise, "was", "were")} refused, not by an idle close: the target said GOAWAY only when {Plural.Word(race.RefusedOtherwise, "it", "they")} had arrived")
            : "";
        // Then the first connections are closed before the last are idle.
        string slow = race.Readied > race.From / 2
            ? Invariant($"; the target took {race.Readied.TotalSeconds:0.0} s for {Plural.Of(options.Connections, "request")} that came at once, so that they did not meet closes: try fewer --connections")
            : "";
        return Invariant(
            $"{race.Failures} of {Plural.Of(race.Requests, "request")} at that moment met the close and got 502 in {race.Duration.TotalSeconds:0} s; {NeededRaces} are needed, and one of each method{sentAgain}{otherwise}{Undecided(race)}{reason}{Besides(race)}{GoAwayErrors(race)}{slow}");
    }

    private static string SentAgain(PhaseReport race) => Invariant(
        $"{Plural.Of(race.SentAgain, "request")} met the target's close, and none got 502: each passed a GOAWAY, by which the target says that it has not looked at it, and weir sent it again{Besides(race)}{GoAwayErrors(race)}");

    private static string Besides(PhaseReport race) => race.Faults.Count > 0 ? $"; besides, {race.FaultWords}" : "";

    private static string OtherFailures(PhaseReport phase, int races) => Invariant(
        $"{phase.Other502s} of {Plural.Of(phase.Judged, "request")} got a 502 that is not the race, and that a longer keep-alive does not end: {phase.FaultWords}{GoAwayErrors(phase)}; the target's log of this time says why. {(races > 0 ? $"{races} met the close besides" : "None met a close")}");

    private static string Undecided(PhaseReport race) => race.Undecided502s > 0
        ? Invariant($"; of {race.Undecided502s} that got 502 it is open why: the target had got the request, and ended the connection in the moment in which it ends idle ones, be it for idleness or on account of the request, which its log of this time tells{(race is { Controls: > 0, Other502s: 0 } ? Invariant($"; {race.Controls} at half that age got none for it, which speaks for idleness") : "")}")
        : "";

    private static string WhatItIs(PhaseReport failing) => failing switch
    {
        // What may be sent again was, and so it is the others that failed.
        { Phase: ReproductionPhase.Protect, Withheld: 0, Failures: > 0 } =>
            "; weir did not learn from the target's closes after how long it closes idle connections, and without that it saves only what may be sent twice",
        { Other502s: > 0 } when failing.Other502s == failing.Failed => "; none of these is the race, and a longer keep-alive does not end them",
        _ => "",
    };

    // NO_ERROR is what the end of an idle connection says. Source: RFC 9113 §7
    private static string GoAwayErrors(PhaseReport phase)
    {
        string[] errors =
        [
            .. phase.GoAways.Where(static said => said.Code != NoError)
                .Select(static said => Invariant($"{said.Code} on {Plural.Of(said.Count, "connection")}")),
        ];
        return errors.Length == 0
            ? ""
            : $"; the target's GOAWAY names an error, {string.Join(", ", errors)}, where one that closes for idleness says {NoError}: to weir that is no idle close, from which it would learn, and the target's log of this time says what it means by it";
    }

    private static string WhyTooFew(PhaseReport phase) => Invariant(phase.Phase switch
    {
        ReproductionPhase.FixAtIdleTimeout =>
            $"{phase.Requests} came just before it, {phase.CameTooLate} just after it, and the balancer closed {Plural.Of(phase.ClosedByBalancer, "idle connection")}; {PhaseReport.NeededExpected} of each are needed",
        ReproductionPhase.Protect =>
            $"{phase.Expected:0} would have met the close without it, and {PhaseReport.NeededExpected} are needed{Reason(phase)}",
        _ =>
            $"of {phase.Requests} at that moment {phase.Expected:0.#} would have failed at the rate of the race, and {PhaseReport.NeededExpected} are needed{Reason(phase)}",
    });

    private static string Reason(PhaseReport phase) => phase.Shortened is { } reason ? $"; {reason}" : "";

    private string Held() => server.CanBeFixed
        ? "the race happened; neither with the fix nor with the protection did it happen again, within the bounds given"
        : "the race happened; the fix was not tried; with weir.stale_connection.mode=protect the race did not happen, within the bound given";
}
