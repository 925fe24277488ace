using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Weir.Diagnosis;

/// <summary>
/// The race laboratory: measures when a server closes idle connections, lets requests meet that close behind a balancer
/// which behaves as ALB, applies the fix, and shows that it held; and the same with the balancer's own protection. Owned
/// by one command; it ends every process that it starts, and no other.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class Reproduction(ReproductionOptions options, IReproductionObserver observer)
{
    /// <summary>So many requests must have met the close before the race counts as shown.</summary>
    public const int NeededRaces = 5;

    // In the proof more connections are idle at once: there is time for one burst only.
    private const int ProofFactor = 4;

    // What the target must keep a connection longer than the balancer. Source: the widely used 65 s for 60.
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(5);

    // A connection closed as soon as its answer was sent is not idle: it is never reused at all.
    private static readonly TimeSpan _noKeepAlive = TimeSpan.FromMilliseconds(200);

    // Before and behind the balancer's own idle timeout, so that half of the requests come on either side.
    private static readonly TimeSpan _proofSpread = TimeSpan.FromMilliseconds(200);

    // A target that closes now at one age and now at another shows its ages only over several rounds.
    private static readonly TimeSpan _learningTime = TimeSpan.FromSeconds(6);

    // Behind the latest close expected.
    private static readonly TimeSpan _learningMargin = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan _progressInterval = TimeSpan.FromSeconds(1);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<PhaseReport> _phases = [];
    private readonly List<ReproductionPhase> _leftOut = [];
    private ReproductionPhase _current;
    private bool _mustLearn;
    private TimeBudget _budget = null!;

    /// <summary>Runs all of it. What prevents it is a <see cref="ReproductionException"/>.</summary>
    public async Task<ReproductionReport> Run(CancellationToken cancel)
    {
        ServerRecipe recipe = ServerRecipes.Choose(options);
        TimeSpan keepAlive = options.IdleTimeout + _margin;
        var description = new ServerDescription(
            recipe.Name, recipe.PlainSetting, recipe.FixedSetting(keepAlive), recipe.CanBeFixed, recipe.Remark);
        observer.OnServer(description);
        TargetServer server = await recipe.Start(keepAlive: null, cancel);
        IdleClose close;
        try
        {
            close = await Measure(server, cancel);
        }
        catch
        {
            server.Dispose();
            throw;
        }

        observer.OnMeasured(close);
        if (WhyNoRace(close) is { } reason)
        {
            server.Dispose();
            return Report(ReproductionOutcome.NoRace, reason, description, close);
        }

        var pacing = new RacePacing(close.Median, close.Spread, options.Window);
        _mustLearn = options.LearnsFromHints && close.SaidSeconds is null;
        _budget = new TimeBudget(options, recipe.CanBeFixed, _mustLearn ? LearningTime(pacing) : TimeSpan.Zero);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Max(TimeSpan.Zero, TimeBudget.Deadline(options) - Elapsed));
        try
        {
            return await Show(server, recipe, keepAlive, pacing, description, close, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Report(
                ReproductionOutcome.TimeOver,
                $"the {WholeLimit} for the whole were over in the middle of {NameOf(_current)}, since the target is slow to start or to answer",
                description,
                close);
        }
    }

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    private string WholeLimit => string.Create(CultureInfo.InvariantCulture, $"{options.WholeLimit.TotalMinutes:0.#} min");

    private async Task<ReproductionReport> Show(
        TargetServer server,
        ServerRecipe recipe,
        TimeSpan keepAlive,
        RacePacing pacing,
        ServerDescription description,
        IdleClose close,
        CancellationToken cancel)
    {
        using (var bench = new RaceBench(server, options, protects: false))
        {
            await ShowRace(bench, pacing, recipe, cancel);
        }

        if (!IsShown(_phases[0]))
        {
            return Report(ReproductionOutcome.NoRace, NoRaceSentence(), description, close);
        }

        await ShowFixAndProtect(recipe, keepAlive, pacing, cancel);
        return Conclude(description, close);
    }

    private async Task<IdleClose> Measure(TargetServer server, CancellationToken cancel)
    {
        TimeSpan limit = TimeBudget.MeasuredFor(options);
        var measurement = new IdleCloseMeasurement(server.EndPoint, options.Path, limit);
        try
        {
            return await WithProgress(
                measurement.Run(cancel),
                elapsed => $"8 connections idle for {Progress(elapsed, limit)} at the most",
                cancel);
        }
        catch (SocketException exception)
        {
            throw new ReproductionException(
                ReproductionOutcome.ServerDidNotStart,
                await server.HowItEnded(cancel) ?? $"{server.EndPoint} cannot be connected to: {exception.Message}");
        }
    }

    private string? WhyNoRace(IdleClose close)
    {
        if (close.Ages.Length == 0 && close.Limit < options.IdleTimeout)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"the target keeps idle connections for more than {close.Limit.TotalSeconds:0} s: to show a race later than that does not fit into {WholeLimit}");
        }

        if (close.Ages.Length == 0 || close.Median >= options.IdleTimeout)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"the target keeps idle connections for more than the balancer's {options.IdleTimeout.TotalSeconds:0} s: there is no race");
        }

        return close.Median < _noKeepAlive
            ? "the target closes every connection after its answer: none is ever reused, and there is no race"
            : null;
    }

    private async Task ShowRace(RaceBench bench, RacePacing pacing, ServerRecipe recipe, CancellationToken cancel)
    {
        Begin(ReproductionPhase.Race);
        string? whyNoMore;
        var run = new PhaseRun(ReproductionPhase.Race, recipe.PlainSetting, bench, pacing, observer);
        do
        {
            await Pace(run, pacing, learns: true, cancel);
            whyNoMore = HasShown(run) ? null : _budget.WhyNoMore(ReproductionPhase.Race, pacing.To, run.Elapsed, Elapsed);
        }
        while (!HasShown(run) && whyNoMore is null);
        End(run.Report() with { Shortened = whyNoMore });
    }

    private bool HasShown(PhaseRun run) =>
        (options.Scenario == RaceScenario.Handled ? run.Handled : run.Failures) >= NeededRaces
        && options.Methods.All(run.HasFailed);

    private async Task ShowFixAndProtect(ServerRecipe recipe, TimeSpan keepAlive, RacePacing pacing, CancellationToken cancel)
    {
        if (!recipe.CanBeFixed)
        {
            await ShowProtect(recipe, pacing, cancel);
            return;
        }

        if (!MayBegin(ReproductionPhase.Fix, pacing))
        {
            await ShowProtect(recipe, pacing, cancel);
            return;
        }

        Begin(ReproductionPhase.Fix);
        using var bench = new RaceBench(await recipe.Start(keepAlive, cancel), options, protects: false);
        var run = new PhaseRun(ReproductionPhase.Fix, recipe.FixedSetting(keepAlive), bench, pacing, observer);
        await PaceAsOften(ReproductionPhase.Fix, run, pacing, static () => true, learns: false, cancel);
        if (options.Quick || !MayBegin(ReproductionPhase.FixAtIdleTimeout, pacing))
        {
            await ShowProtect(recipe, pacing, cancel);
            return;
        }

        long proofBegan = Stopwatch.GetTimestamp();
        // The proof waits for as long as the balancer keeps a connection; the protection is shown meanwhile.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stop.CancelAfter(options.ProofLimit);
        Task<PhaseReport> proof = Prove(bench, recipe.FixedSetting(keepAlive), stop.Token);
        try
        {
            await ShowProtect(recipe, pacing, cancel);
            Begin(ReproductionPhase.FixAtIdleTimeout);
            End(await WithProgress(proof, _ => WaitingForProof(proofBegan), cancel));
        }
        catch (OperationCanceledException) when (proof.IsCanceled && !cancel.IsCancellationRequested)
        {
            _leftOut.Add(ReproductionPhase.FixAtIdleTimeout);
        }
        finally
        {
            await stop.CancelAsync();
            await proof.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task<PhaseReport> Prove(RaceBench bench, string setting, CancellationToken cancel)
    {
        var pacing = new RacePacing(options.IdleTimeout, _proofSpread, options.Latency * 2);
        var run = new PhaseRun(ReproductionPhase.FixAtIdleTimeout, setting, bench, pacing, SilentObserver.Instance);
        await run.RunBurst(options.Connections * ProofFactor, learns: false, cancel);
        return run.Report();
    }

    private async Task ShowProtect(ServerRecipe recipe, RacePacing pacing, CancellationToken cancel)
    {
        if (!MayBegin(ReproductionPhase.Protect, pacing))
        {
            return;
        }

        Begin(ReproductionPhase.Protect);
        // What must not be sent twice cannot be saved before the first close is known.
        ReproductionOptions own = options.LearnsFromHints ? options : options with { Methods = ["GET"] };
        using var bench = new RaceBench(await recipe.Start(keepAlive: null, cancel), own, protects: true);
        if (_mustLearn)
        {
            await WithProgress(
                LetItLearn(bench, pacing.To + _learningMargin, cancel),
                elapsed => $"the balancer is not told the target's timeout, and learns from closes first: {Progress(elapsed, LearningTime(pacing))}",
                cancel);
        }

        var run = new PhaseRun(ReproductionPhase.Protect, recipe.PlainSetting, bench, pacing, observer);
        // That nothing failed is worth something only where something would have.
        await PaceAsOften(ReproductionPhase.Protect, run, pacing, () => run.Saved >= NeededRaces, learns: true, cancel);
    }

    // As many requests as raced before. What would end behind a limit is not begun.
    private async Task PaceAsOften(
        ReproductionPhase phase, PhaseRun run, RacePacing pacing, Func<bool> isEnough, bool learns, CancellationToken cancel)
    {
        string? whyNoMore = null;
        do
        {
            await Pace(run, pacing, learns, cancel);
        }
        while ((run.Requests < _phases[0].Requests || !isEnough())
            && (whyNoMore = _budget.WhyNoMore(phase, pacing.To, run.Elapsed, Elapsed)) is null);
        End(run.Report() with { Shortened = whyNoMore });
    }

    private bool MayBegin(ReproductionPhase phase, RacePacing pacing)
    {
        bool may = _budget.MayBegin(phase, pacing.To, Elapsed);
        if (!may)
        {
            _leftOut.Add(phase);
        }

        return may;
    }

    private Task<bool> Pace(PhaseRun run, RacePacing pacing, bool learns, CancellationToken cancel) => WithProgress(
        RunBurst(run, learns, cancel),
        elapsed => string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Connections} connections idle for {Progress(elapsed, pacing.Close)}{(run.Requests == 0 ? "" : $"; so far {run.Failures} of {Counted(run.Requests)} failed")}"),
        cancel);

    private async Task<bool> LetItLearn(RaceBench bench, TimeSpan untilClosed, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            await bench.LeaveIdle(options.Connections, untilClosed, cancel);
        }
        while (Stopwatch.GetElapsedTime(start) < _learningTime);
        return true;
    }

    private static TimeSpan LearningTime(RacePacing pacing)
    {
        TimeSpan round = RaceBench.BetweenHalves + pacing.To + _learningMargin;
        return round * Math.Ceiling(_learningTime / round);
    }

    private string WaitingForProof(long began) =>
        $"{options.Connections * ProofFactor} connections idle for {Progress(Stopwatch.GetElapsedTime(began), options.IdleTimeout)}, when the balancer itself closes them";

    // What is under way when the time is over (answers, log lines) takes a moment.
    private static string Progress(TimeSpan elapsed, TimeSpan whole) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Math.Min(elapsed.TotalSeconds, Math.Floor(whole.TotalSeconds)):0} s of {whole.TotalSeconds:0.#} s");

    private async Task<bool> RunBurst(PhaseRun run, bool learns, CancellationToken cancel)
    {
        await run.RunBurst(options.Connections, learns, cancel);
        return true;
    }

    private async Task<T> WithProgress<T>(Task<T> work, Func<TimeSpan, string> describe, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        while (await Task.WhenAny(work, Task.Delay(_progressInterval, cancel)) != work)
        {
            cancel.ThrowIfCancellationRequested();
            observer.OnProgress(describe(Stopwatch.GetElapsedTime(start)));
        }

        return await work;
    }

    private void Begin(ReproductionPhase phase)
    {
        _current = phase;
        observer.OnPhaseBegins(phase);
    }

    private void End(PhaseReport report)
    {
        _phases.Add(report);
        observer.OnPhaseEnds(report);
    }

    private bool IsShown(PhaseReport race) =>
        (options.Scenario == RaceScenario.Handled ? race.FailuresHandled ?? 0 : race.Failures) >= NeededRaces
        && options.Methods.All(race.FailuresByMethod.ContainsKey);

    private ReproductionReport Conclude(ServerDescription server, IdleClose close)
    {
        PhaseReport? broken = _phases.Skip(1).FirstOrDefault(static phase => phase.Failures > 0);
        PhaseReport? unproved = _phases.Skip(1).FirstOrDefault(static phase => phase.Requests == 0);
        return (broken, unproved) switch
        {
            ({ } phase, _) => Report(
                ReproductionOutcome.StoryBroke, $"{Counted(phase.Failures)} still got 502 with {Describe(phase)}", server, close),
            (_, { } phase) => Report(
                ReproductionOutcome.StoryBroke, $"no request met the moment with {Describe(phase)}: nothing is proved", server, close),
            _ when _leftOut.Count > 0 => Report(
                ReproductionOutcome.TimeOver,
                $"the race happened; not shown, since it does not fit into {WholeLimit}: {string.Join("; ", _leftOut.Select(NameOf))}",
                server,
                close),
            _ when _phases.Any(static phase => phase is { Phase: ReproductionPhase.FixAtIdleTimeout, ClosedByTarget: > 0 }) => Report(
                ReproductionOutcome.StoryBroke, "the target closed idle connections before the balancer did, in spite of the fix", server, close),
            _ when _phases.Any(static phase => phase is { Phase: ReproductionPhase.FixAtIdleTimeout, ClosedByBalancer: 0 }) => Report(
                ReproductionOutcome.StoryBroke, "the balancer closed no idle connection: nothing is proved of its timeout", server, close),
            _ when CutShortBeforeAnything() is { Shortened: var reason } => Report(
                ReproductionOutcome.TimeOver,
                $"the race happened; with weir.stale_connection.mode=protect no request would have met the close, and {reason}: nothing is proved of it",
                server,
                close),
            _ when _phases.Any(static phase => phase is { Phase: ReproductionPhase.Protect, Retried: 0, NearMisses: 0 }) => Report(
                ReproductionOutcome.StoryBroke, "with weir.stale_connection.mode=protect no request would have met the close: nothing is proved of it", server, close),
            _ => Report(ReproductionOutcome.StoryHeld, "the race happened, and did not happen again, within the bounds given", server, close),
        };
    }

    private static string Counted(int requests) => requests == 1 ? "1 request" : $"{requests} requests";

    private PhaseReport? CutShortBeforeAnything() =>
        _phases.FirstOrDefault(static phase => phase is { Phase: ReproductionPhase.Protect, Retried: 0, NearMisses: 0, Shortened: not null });

    private static string Describe(PhaseReport phase) =>
        phase.Phase == ReproductionPhase.Protect ? "weir.stale_connection.mode=protect" : phase.Setting;

    private static string NameOf(ReproductionPhase phase) => phase switch
    {
        ReproductionPhase.Race => "the race",
        ReproductionPhase.Fix => "the fix",
        ReproductionPhase.FixAtIdleTimeout => "the fix around the balancer's own idle timeout",
        _ => "the protection",
    };

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private string NoRaceSentence() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_phases[0].Failures} of {_phases[0].Requests} requests met the close in {_phases[0].Duration.TotalSeconds:0} s; {NeededRaces} are needed, and one of each method{(_phases[0].Shortened is { } reason ? $"; {reason}" : "")}");

    private ReproductionReport Report(ReproductionOutcome outcome, string verdict, ServerDescription server, IdleClose close) => new()
    {
        Outcome = outcome,
        Verdict = verdict,
        Server = server,
        Close = close,
        Phases = [.. _phases.OrderBy(static phase => phase.Phase)],
        Duration = Elapsed,
    };
}
