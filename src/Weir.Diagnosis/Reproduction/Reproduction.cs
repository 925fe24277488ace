using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis;

/// <summary>
/// The race laboratory: measures when a server closes idle connections, lets requests meet that close behind a balancer
/// which behaves as ALB, applies the fix, and shows that it held; and the same with the balancer's own protection. Owned
/// by one command; it ends every process that it starts, and no other.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class Reproduction(ReproductionOptions options, IReproductionObserver observer)
{
    // In the proof more connections are idle at once: there is time for one burst only. Over HTTP/2 each is that of a target, and
    // there are no more of those.
    private const int ProofFactor = 4;

    // What the target must keep a connection longer than the balancer. Source: the widely used 65 s for 60.
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(5);

    // Before and behind the balancer's own idle timeout, so that half of the requests come on either side.
    private static readonly TimeSpan _proofSpread = TimeSpan.FromMilliseconds(200);

    // A target that closes now at one age and now at another shows its ages only over several rounds.
    private static readonly TimeSpan _learningTime = TimeSpan.FromSeconds(6);

    // Behind the latest close expected.
    private static readonly TimeSpan _learningMargin = TimeSpan.FromMilliseconds(500);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Waiting _waiting = new(observer);
    private readonly List<PhaseReport> _phases = [];
    private readonly List<ReproductionPhase> _leftOut = [];
    private ReproductionPhase _current;
    private bool _mustLearn;
    private ServerRecipe _recipe = null!;
    private ServerDescription _server = null!;
    private IdleClose _close = null!;
    private AnswerJudge _judge = null!;
    private TimeBudget _budget = null!;

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    private TimeSpan FixedKeepAlive => options.IdleTimeout + _margin;

    // The balancer believes two closes of a target that agree. Over HTTP/2 a round shows it one of each target, else all at once.
    private int LearningRounds => options.IsHttp2 ? 2 : 1;

    private int ProofConnections => options.IsHttp2 ? options.Connections : options.Connections * ProofFactor;

    private ReproductionConclusion Conclusion => new(options, _server, _phases, _leftOut);

    /// <summary>Runs all of it. What prevents it is a <see cref="ReproductionException"/>.</summary>
    public async Task<ReproductionReport> Run(CancellationToken cancel)
    {
        _recipe = ServerRecipes.Choose(options);
        _server = new ServerDescription(
            _recipe.Name, _recipe.PlainSetting, _recipe.FixedSetting(FixedKeepAlive), _recipe.CanBeFixed, _recipe.Remark);
        observer.OnServer(_server);
        TargetServer server = await Start(keepAlive: null, cancel);
        try
        {
            _close = await Measure(server, cancel);
        }
        catch
        {
            server.Dispose();
            throw;
        }

        observer.OnMeasured(_close);
        if (ReproductionConclusion.WhyNoRace(options, _close) is { } noRace)
        {
            server.Dispose();
            return Report(noRace);
        }

        var pacing = new RacePacing(_close.Median, _close.Spread, options.Window);
        _judge = new AnswerJudge(_close.StatusesByMethod);
        _mustLearn = options.LearnsFromHints && _close.SaidSeconds is null;
        _budget = new TimeBudget(options, _recipe.CanBeFixed, _mustLearn ? LearningTime(pacing) : TimeSpan.Zero);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Max(TimeSpan.Zero, TimeBudget.Deadline(options) - Elapsed));
        try
        {
            if (await ShowRace(server, pacing, deadline.Token))
            {
                await ShowFixAndProtect(pacing, deadline.Token);
            }

            return Report(Conclusion.Conclude());
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            _leftOut.Add(_current);
            return Report(Conclusion.ConcludeInTheMiddle());
        }
    }

    private async Task<TargetServer> Start(TimeSpan? keepAlive, CancellationToken cancel)
    {
        Task<TargetServer> start = _recipe.Start(keepAlive, cancel);
        try
        {
            return await _waiting.For(
                start, elapsed => $"waiting for {_recipe.Name} to accept a connection: {Waiting.Of(elapsed, _recipe.StartLimit)} at the most", cancel);
        }
        catch
        {
            // A server that is just being started ends before this does.
            await Task.WhenAny(start);
            if (start.IsCompletedSuccessfully)
            {
                start.Result.Dispose();
            }

            throw;
        }
    }

    private async Task<IdleClose> Measure(TargetServer server, CancellationToken cancel)
    {
        TimeSpan limit = TimeBudget.MeasuredFor(options);
        var measurement = new IdleCloseMeasurement(server.EndPoint, options.Path, options.Methods, limit, options.TargetIsTls, options.IsHttp2);
        try
        {
            IdleClose close = await _waiting.For(
                measurement.Run(cancel),
                elapsed => $"8 connections idle for {Waiting.Of(elapsed, limit)} at the most",
                cancel);
            await ExpectRunning(server, cancel);
            return close;
        }
        catch (ReproductionException)
        {
            await ExpectRunning(server, cancel);
            throw;
        }
        catch (SocketException exception)
        {
            await ExpectRunning(server, cancel);
            throw new ReproductionException(
                ReproductionOutcome.ServerDidNotStart, $"{server.EndPoint} cannot be connected to: {exception.Message}");
        }
    }

    // What has ended has closed all of its connections, and may say why: that is no timeout, and no wrong answer.
    private static async Task ExpectRunning(TargetServer server, CancellationToken cancel)
    {
        if (await server.HowItEnded(cancel) is { } ended)
        {
            throw new ReproductionException(ReproductionOutcome.ServerDidNotStart, ended);
        }
    }

    // Whether it happened.
    private async Task<bool> ShowRace(TargetServer server, RacePacing pacing, CancellationToken cancel)
    {
        Begin(ReproductionPhase.Race);
        using var bench = new RaceBench(server, options, protects: false);
        PhaseRun run = NewRun(ReproductionPhase.Race, _recipe.PlainSetting, bench, pacing, observer);
        string? whyNoMore;
        bool isOver;
        do
        {
            await Pace(run, pacing, learns: true, cancel);
            if (ReproductionConclusion.NeedsControl(run.Report()) && _budget.WhyNoMore(ReproductionPhase.Race, pacing.To, run.Paced, Elapsed) is null)
            {
                await _waiting.For(
                    run.RunControl(options.Connections, cancel),
                    elapsed => $"{Plural.Of(options.Connections, "connection")} idle for {Waiting.Of(elapsed, _close.Ages[0] / 2)}: whether the target closes then too",
                    cancel);
            }

            isOver = ReproductionConclusion.IsEnough(options, run.Report());
            whyNoMore = isOver ? null : _budget.WhyNoMore(ReproductionPhase.Race, pacing.To, run.Paced, Elapsed);
        }
        while (!isOver && whyNoMore is null);
        End(run.Report() with { Shortened = whyNoMore });
        return ReproductionConclusion.IsShown(options, _phases[0]);
    }

    private async Task ShowFixAndProtect(RacePacing pacing, CancellationToken cancel)
    {
        if (!_recipe.CanBeFixed || !MayBegin(ReproductionPhase.Fix, pacing))
        {
            await ShowProtect(pacing, cancel);
            return;
        }

        Begin(ReproductionPhase.Fix);
        using var bench = new RaceBench(await Start(FixedKeepAlive, cancel), options, protects: false);
        PhaseRun run = NewRun(ReproductionPhase.Fix, _server.FixedSetting, bench, pacing, observer);
        string? whyNoMore = await PaceAsOften(ReproductionPhase.Fix, run, pacing, static () => true, learns: false, cancel);
        PhaseReport report = run.Report();
        End(report with { Shortened = whyNoMore, Expected = (double)_phases[0].Failures / _phases[0].Requests * report.Requests });
        if (options.Quick || !MayBegin(ReproductionPhase.FixAtIdleTimeout, pacing))
        {
            await ShowProtect(pacing, cancel);
            return;
        }

        await ShowProofAndProtect(bench, pacing, cancel);
    }

    // The proof waits for as long as the balancer keeps a connection; the protection is shown meanwhile.
    private async Task ShowProofAndProtect(RaceBench bench, RacePacing pacing, CancellationToken cancel)
    {
        long began = Stopwatch.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stop.CancelAfter(options.ProofLimit);
        Task<PhaseReport> proof = Prove(bench, stop.Token);
        try
        {
            await ShowProtect(pacing, cancel);
            Begin(ReproductionPhase.FixAtIdleTimeout);
            End(await _waiting.For(
                proof,
                _ => $"{Plural.Of(ProofConnections, "connection")} idle for {Waiting.Of(Stopwatch.GetElapsedTime(began), options.IdleTimeout)}, when the balancer itself closes them",
                cancel));
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

    private async Task<PhaseReport> Prove(RaceBench bench, CancellationToken cancel)
    {
        var pacing = new RacePacing(options.IdleTimeout, _proofSpread, options.Latency * 2);
        PhaseRun run = NewRun(ReproductionPhase.FixAtIdleTimeout, _server.FixedSetting, bench, pacing, SilentObserver.Instance);
        await run.RunBurst(ProofConnections, learns: false, cancel);
        return run.Report();
    }

    private async Task ShowProtect(RacePacing pacing, CancellationToken cancel)
    {
        if (!MayBegin(ReproductionPhase.Protect, pacing))
        {
            return;
        }

        Begin(ReproductionPhase.Protect);
        // What must not be sent twice cannot be saved before the first close is known.
        ReproductionOptions own = options.LearnsFromHints ? options : options with { Methods = ["GET"] };
        using var bench = new RaceBench(await Start(keepAlive: null, cancel), own, protects: true);
        PhaseRun run = NewRun(ReproductionPhase.Protect, _recipe.PlainSetting, bench, pacing, observer);
        if (_mustLearn)
        {
            await _waiting.For(
                LetItLearn(run, pacing.To + _learningMargin, cancel),
                elapsed => $"the balancer is not told the target's timeout, and learns from closes first: {Waiting.Of(elapsed, LearningTime(pacing))}",
                cancel);
        }

        // That nothing failed is worth something only where something would have.
        string? whyNoMore = await PaceAsOften(
            ReproductionPhase.Protect, run, pacing, () => run.Saved >= ReproductionConclusion.NeededRaces, learns: true, cancel);
        End(run.Report() with { Shortened = whyNoMore, Expected = run.Saved });
    }

    private PhaseRun NewRun(
        ReproductionPhase phase, string setting, RaceBench bench, RacePacing pacing, IReproductionObserver told) =>
        new(
            phase,
            options.Scenario,
            _recipe.CanBeFixed,
            setting,
            bench,
            pacing,
            _judge,
            phase is ReproductionPhase.Race or ReproductionPhase.Protect ? _close.Ages : [],
            told);

    // As many requests as raced before, or fewer where it is decided. What would end behind a limit is not begun; why not is returned.
    private async Task<string?> PaceAsOften(
        ReproductionPhase phase, PhaseRun run, RacePacing pacing, Func<bool> isEnough, bool learns, CancellationToken cancel)
    {
        string? whyNoMore = null;
        do
        {
            await Pace(run, pacing, learns, cancel);
        }
        while ((run.Requests < _phases[0].Requests || !isEnough())
            && (whyNoMore = Conclusion.WhyDecided(run.Report()) ?? _budget.WhyNoMore(phase, pacing.To, run.Paced, Elapsed)) is null);
        return whyNoMore;
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

    private Task Pace(PhaseRun run, RacePacing pacing, bool learns, CancellationToken cancel) => _waiting.For(
        run.RunBurst(options.Connections, learns, cancel),
        elapsed => $"{Plural.Of(options.Connections, "connection")} idle for {Waiting.Of(elapsed, pacing.Close)}{(run.HasAny ? $"; so far {run.SoFar}" : "")}",
        cancel);

    private async Task LetItLearn(PhaseRun run, TimeSpan untilClosed, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < LearningRounds || Stopwatch.GetElapsedTime(start) < _learningTime; round++)
        {
            await run.LeaveIdle(options.Connections, untilClosed, cancel);
        }
    }

    private TimeSpan LearningTime(RacePacing pacing)
    {
        TimeSpan round = RaceBench.BetweenHalves + pacing.To + _learningMargin;
        return round * Math.Max(LearningRounds, Math.Ceiling(_learningTime / round));
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

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private ReproductionReport Report((ReproductionOutcome Outcome, string Sentence) end) => new()
    {
        Outcome = end.Outcome,
        Verdict = end.Sentence,
        NotProved = Conclusion.NotProved(),
        ToDo = Conclusion.ToDo(),
        Server = _server,
        Close = _close,
        Options = options,
        Phases = [.. _phases.OrderBy(static phase => phase.Phase)],
        Duration = Elapsed,
    };
}
