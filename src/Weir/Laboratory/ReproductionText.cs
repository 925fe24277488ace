using System.Diagnostics;
using System.Globalization;
using Weir.Diagnosis;
using Weir.Diagnosis.Reports;
using Weir.Model;
using Weir.Output;

namespace Weir.Laboratory;

/// <summary>Tells a reproduction to people, as it goes, and sums it up at the end.</summary>
internal sealed class ReproductionText(Terminal terminal, ReproductionOptions options) : IReproductionObserver
{
    // Enough to see that they are all alike.
    private const int PairsShown = 4;
    private const int OtherPairsShown = 2;

    private const string Indent = "  ";
    private const int RowNameWidth = 10;

    private static readonly TimeSpan _progressInterval = TimeSpan.FromSeconds(5);

    private int _heading;
    private long _lastProgress = Stopwatch.GetTimestamp();
    private int _pairs;
    private int _otherPairs;
    private string _lastMethod = "";
    private ServerDescription? _server;

    /// <summary>Whether it ended as it should, so that nothing is told as an error.</summary>
    public static bool IsGood(ReproductionOutcome outcome) =>
        outcome is ReproductionOutcome.StoryHeld or ReproductionOutcome.OutlivesBalancer or ReproductionOutcome.SentAgain;

    public void OnServer(ServerDescription server)
    {
        _server = server;
        terminal.WriteLine(terminal.Bold("weir reproduce") + (options.IsHttp2
            // Most of what speaks it says GOAWAY, and then there is nothing to be fixed.
            ? ": what becomes of requests that meet the close of an idle HTTP/2 connection"
            : ": the 502 of an idle connection, made to happen, fixed, and prevented"));
        Heading("When does the target close an idle connection?");
        Row("target", server.Name);
        if (server.Remark.Length > 0)
        {
            Row("", server.Remark);
        }
    }

    public void OnMeasured(IdleClose close)
    {
        Row("answers", string.Join(", ", close.StatusesByMethod.OrderBy(static entry => entry.Key)
            .Select(static entry => $"{entry.Key} {string.Join(" or ", entry.Value)}")) + ": any other answer counts as failed later on");
        if (!options.IsHttp2)
        {
            Row("says", close.SaidSeconds is { } said ? $"Keep-Alive: timeout={said}" : "nothing about its keep-alive");
        }

        if (close.SaysOnlyWhenAsked)
        {
            Row("", "only to requests with Connection: keep-alive: not ALB's, but Weir's in protect");
        }

        if (!close.KeepsConnections)
        {
            Row("closes", "every connection after its answer, or says that it will");
            return;
        }

        if (close.Ages.Length == 0)
        {
            Row("closes", $"not within {close.Limit.TotalSeconds:0} s");
            return;
        }

        Row("closes", $"after {PhaseWording.Seconds(close.Median)}, {CloseWords(close)}");
        Row("", $"{Plural.Of(close.Ages.Length, "connection")}, {PhaseWording.Seconds(close.Ages[0])} to {PhaseWording.Seconds(close.Ages[^1])}");
        string meanwhile = close.Median < options.IdleTimeout
            ? "it goes on using them while the target closes"
            : "it closes them before the target does";
        Row("balancer", $"keeps idle connections for {options.IdleTimeout.TotalSeconds:0} s: {meanwhile}");
    }

    public void OnPhaseBegins(ReproductionPhase phase)
    {
        _pairs = 0;
        _otherPairs = 0;
        _lastMethod = "";
        switch (phase)
        {
            case ReproductionPhase.Race:
                Heading("The race, behind a balancer that does as ALB does");
                SayHow();
                if (options.Scenario == RaceScenario.Handled)
                {
                    Say("In this variant the target has handled the request, and its answer met the close.");
                }

                break;
            case ReproductionPhase.Fix:
                Heading("The fix: the target outlives the balancer");
                Say($"{_server!.FixedSetting}; the same traffic");
                break;
            case ReproductionPhase.Protect:
                Heading("Without the fix, protected by the balancer");
                Say($"weir.stale_connection.mode=protect, {_server!.PlainSetting}; the same traffic{(options.LearnsFromHints ? "" : ", GET only")}");
                break;
            case ReproductionPhase.FixAtIdleTimeout:
                Heading("The fix, around the moment at which the balancer closes");
                break;
        }

        terminal.WriteLine();
    }

    // What is not as in production is said where it matters first.
    private void SayHow()
    {
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"client{ClientWords()} → weir → relay, {options.Latency.TotalMilliseconds:0.#} ms each way → target. The relay delays bytes, FIN and RST alike, and acknowledges bytes itself.{(options.TargetIsTls ? " It ends TLS towards weir and towards the target, so as to read what passes, and passes on close_notify." : "")} Many connections are left idle at once, then each is used again around the target's close{MethodWords()}."));
        string order = options.IsHttp2
            ? $"Over HTTP/2 requests to one target share a connection: weir has {options.Targets} targets here, one a port of the relay, which all lead to the same server, and goes the round of them."
            : $"So that more of them meet it than in production, weir uses the longest idle connection first ({LoadBalancerAttributes.PoolOrder.Key}={ReproductionOptions.PoolOrder}).";
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{order} Near misses are counted for the relay's round trip ({LoadBalancerAttributes.StaleConnectionRoundTrip.Key}={options.Window.TotalMilliseconds:0})."));
    }

    public void OnProgress(string sentence)
    {
        // Where every line stays, one now and then is enough.
        if (terminal.HasTransientLine || Stopwatch.GetElapsedTime(_lastProgress) >= _progressInterval)
        {
            _lastProgress = Stopwatch.GetTimestamp();
            terminal.Status($"{Indent}… {sentence}");
        }
    }

    public void OnPair(ReproductionPhase phase, RacePair pair)
    {
        bool isBad = pair.Line.IsBalancers502;
        if (isBad && !pair.IsRace)
        {
            if (_otherPairs++ < OtherPairsShown)
            {
                WritePair(pair, isBad);
            }

            return;
        }

        // Where nothing failed one pair is enough to see what an answer at that moment looks like.
        bool isShown = isBad
            ? _pairs < PairsShown && pair.Line.Method != _lastMethod && IsOfTheScenario(pair)
            : phase != ReproductionPhase.Race && _pairs == 0;
        if (!isShown || pair.Before is not { IsBalancers502: false } before && isBad)
        {
            return;
        }

        _pairs++;
        _lastMethod = options.Methods.Length > 1 ? pair.Line.Method : "";
        WritePair(pair, isBad);
    }

    public void OnPhaseEnds(PhaseReport report)
    {
        string mark = report switch
        {
            { Phase: ReproductionPhase.Race } => Indent,
            { Broke: true } => terminal.Red("✗ "),
            { IsEnough: true } => terminal.Green("✓ "),
            _ => Indent,
        };
        Say(PhaseSummary.Verdict(report), mark);
        if (report.Phase == ReproductionPhase.Race && report.Failures > _pairs)
        {
            Say($"Of these, {_pairs} are shown; --json has all, and what the explain log says of each.");
        }

        foreach (string paragraph in PhaseSummary.Details(report, options))
        {
            Say(paragraph);
        }

        foreach (FaultCount fault in report.Faults.Where(static fault => fault.ExampleLine is not null))
        {
            string line = AccessLogEntry.Parse(fault.ExampleLine!) is { } entry
                ? LogLineText.Shorten(terminal.Width - Indent.Length, entry)[0]
                : fault.ExampleLine!;
            terminal.WriteLine(Indent + terminal.Dim(line));
        }

        if (report is { Phase: ReproductionPhase.Protect, BalancersReport: { } sentence })
        {
            Say("weir says:");
            foreach (string line in TextWrap.Lines(sentence, terminal.Width - (2 * Indent.Length)))
            {
                terminal.WriteLine(Indent + Indent + terminal.Dim(line));
            }
        }
    }

    /// <summary>The table at the end, and what it comes to.</summary>
    public void Conclude(ReproductionReport report)
    {
        terminal.ClearStatus();
        if (report.Phases.Count > 0)
        {
            Heading("What it came to");
            terminal.WriteLine();
            terminal.WriteLine(ReproductionTable.Write(report, options, terminal.Width).TrimEnd('\n'));
            foreach (string sentence in ReproductionTable.Besides(report, options))
            {
                foreach (string line in TextWrap.Lines(sentence, terminal.Width))
                {
                    terminal.WriteLine(line);
                }
            }

            foreach (string line in TextWrap.Lines(options.IsHttp2 ? $"{ReproductionTable.Legend} {ReproductionTable.LegendOfHttp2}" : ReproductionTable.Legend, terminal.Width))
            {
                terminal.WriteLine(terminal.Dim(line));
            }
        }

        terminal.WriteLine();
        if (IsGood(report.Outcome))
        {
            Say(string.Create(CultureInfo.InvariantCulture, $"{report.Verdict}. Took {report.Duration.TotalSeconds:0} s."), terminal.Green("✓ "));
        }

        foreach (string sentence in report.NotProved)
        {
            Say($"Not proved: {sentence}.");
        }

        if (report.ToDo is { } toDo)
        {
            Say($"To do: {toDo}.");
        }
    }

    // Of a variant in which the target has handled the request, one that it has not handled is another story.
    private bool IsOfTheScenario(RacePair pair) => options.Scenario != RaceScenario.Handled || pair.TargetLine is not null;

    private string CloseWords(IdleClose close)
    {
        string end = close.Fins > 0 ? "FIN" : "RST";
        string words = close switch
        {
            { GoAways: 0 } => options.IsHttp2 ? $"with {end} and no GOAWAY" : $"with {end}",
            { Fins: 0, Resets: 0 } => $"with GOAWAY ({close.GoAwayCode}), and leaves the rest to the balancer",
            _ when close.GoAways < close.Ages.Length => $"with {end}, and GOAWAY ({close.GoAwayCode}) before it on {close.GoAways} of them",
            _ => $"with GOAWAY ({close.GoAwayCode}) and {end}",
        };
        return close.ResetsLateBytes switch
        {
            true => $"{words}, and answers what comes later with RST",
            false => $"{words}, and swallows what comes later",
            _ => words,
        };
    }

    private string ClientWords() => (options.IsHttp2, options.Https) switch
    {
        (true, _) => " over HTTP/2, with TLS",
        (_, true) => " over TLS",
        _ => "",
    };

    private string MethodWords() => options.Methods.Length == 1 ? ""
        // Over HTTP/2 that depends on whether the target has looked at it.
        : options.IsHttp2 ? ", GET and POST in turn" : ", GET and POST in turn (no proxy may send a POST twice)";

    private void WritePair(RacePair pair, bool isBad)
    {
        int room = terminal.Width - Indent.Length;
        string later = "";
        AccessLogEntry[] entries = pair.Before is { } before ? [before, pair.Line] : [pair.Line];
        string[] lines = LogLineText.Shorten(room, entries);
        if (entries.Length > 1)
        {
            terminal.WriteLine(Indent + lines[0]);
            later = $"{PhaseWording.Seconds(pair.Line.Time - entries[0].Time, 4)} later, same connection. ";
        }

        terminal.WriteLine(isBad ? terminal.Red("✗ " + lines[^1]) : Indent + lines[^1]);
        if (isBad && !pair.IsRace)
        {
            Say(pair.IsUndecided
                ? $"Perhaps the race, and not counted as one: {pair.BadGateway!.What}, for idleness or because of what was asked."
                : $"Not the race: {pair.BadGateway!.What}.");
        }

        string log = $"Target's log: {PhaseWording.TargetLog(pair)}";
        foreach (string line in later.Length + log.Length <= room ? [later + log] : LaterAndLog(later, log, room))
        {
            terminal.WriteLine(Indent + terminal.Dim(line));
        }

        terminal.WriteLine();
    }

    // Nothing is left out: what matters in a target's line, method, path and status, may be anywhere in it.
    private static IEnumerable<string> LaterAndLog(string later, string log, int room) =>
        TextWrap.Lines(log, room).Prepend(later.TrimEnd()).Where(static line => line.Length > 0);

    private void Heading(string text)
    {
        _heading++;
        terminal.WriteLine();
        terminal.WriteLine(terminal.Bold(string.Create(CultureInfo.InvariantCulture, $"{_heading}  {text}")));
    }

    private void Say(string text, string mark = Indent)
    {
        foreach (string line in TextWrap.Lines(text, terminal.Width - Indent.Length))
        {
            terminal.WriteLine(mark + line);
            mark = Indent;
        }
    }

    private void Row(string name, string value)
    {
        foreach (string line in TextWrap.Lines(value, terminal.Width - Indent.Length - RowNameWidth))
        {
            terminal.WriteLine(Indent + name.PadRight(RowNameWidth) + line);
            name = "";
        }
    }
}
