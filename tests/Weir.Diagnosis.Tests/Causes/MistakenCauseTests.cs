using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Tests.Causes;

/// <summary>Small logs of causes that are easily mistaken for each other.</summary>
public sealed class MistakenCauseTests
{
    private const ulong Page = 1, Poll = 7, Other = 8;

    private static readonly DateTimeOffset _begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Cuts_OfAPageThatLoadsWhenItsProcessDies_AreNoDeregistrationSinceTheTargetIsBack()
    {
        var random = new Random(1);
        var stream = new RequestStream();
        double second = 0;
        for (int load = 0; load < 300; load++)
        {
            second += 10 + (50 * random.NextDouble());
            for (ulong part = 0; part < 6; part++)
            {
                double sent = second + (0.015 * random.NextDouble());
                bool isCut = load == 200;
                double took = isCut ? second + 0.055 - sent : 0.03 + (0.03 * part);
                Add(stream, sent, took, isAnswered: !isCut, Page + part);
            }
        }

        DiagnosisReport report = Diagnose(stream);

        Assert.All(report.Findings, static finding => Assert.Contains(finding.Cause, new[] { Cause.TargetCrash, Cause.TargetRestart }));
        Assert.Equal(6, report.Findings.Sum(static finding => finding.Count));
    }

    // Pages of things that are named by words: none of them fails twice, and the answer to all of them is broken.
    [Theory]
    [InlineData(2.0, 0.01)]
    [InlineData(0.05, 0.05)]
    public void Cuts_OfPagesThatAreNamedByWordsAfterASteadyTime_AreMalformedAndNoRaces(double requestsPerSecond, double share)
    {
        const uint Products = 50;
        var random = new Random(4);
        var stream = new RequestStream();
        double second = 0;
        uint errors = 0;
        for (int i = 0; i < 6_000; i++)
        {
            second += -Math.Log(1 - random.NextDouble()) / requestsPerSecond;
            bool isProduct = random.NextDouble() < share;
            errors += isProduct ? 1u : 0;
            double took = isProduct ? 0.0115 + (0.001 * random.NextDouble()) : 0.008 + (0.08 * random.NextDouble());
            Add(stream, second, took, !isProduct, isProduct ? RequestStream.InFamily(Products, errors) : Page + (ulong)random.Next(5));
        }

        Finding finding = Assert.Single(Diagnose(stream).Findings);

        Assert.Equal((Cause.MalformedResponse, errors), (finding.Cause, (uint)finding.Count));
        Assert.Contains(finding.Evidence, static text => text.StartsWith("They are of one kind of request", StringComparison.Ordinal));
    }

    // Races of a site whose pages all have names: these meet whatever page is asked for.
    [Fact]
    public void Cuts_OfRacesOnPagesThatAreNamedByWords_AreStillRaces()
    {
        const uint Products = 50;
        var random = new Random(5);
        var stream = new RequestStream();
        double second = 0, answered = double.NegativeInfinity;
        for (int i = 0; i < 20_000; i++)
        {
            second += -Math.Log(1 - random.NextDouble()) / 0.2;
            bool isRace = second - answered is > 4.96 and < 5.0;
            double took = isRace ? 0.001 : 0.008 + (0.02 * random.NextDouble());
            Add(stream, second, took, !isRace, random.NextDouble() < 0.6 ? RequestStream.InFamily(Products, (uint)i) : Page);
            answered = second + took;
        }

        Finding finding = Assert.Single(Diagnose(stream).Findings);

        Assert.Equal(Cause.KeepaliveRace, finding.Cause);
        Assert.InRange(finding.Keepalive!.EstimateSeconds, 4.95, 5.01);
    }

    // A server that closes at its limit after some ten milliseconds, with so much traffic that errors meet errors by chance.
    [Fact]
    public void Cuts_AtALimitOfABusyTarget_AreNoCrashesThoughSeveralComeTogether()
    {
        var random = new Random(6);
        var stream = new RequestStream();
        double second = 0;
        for (int i = 0; i < 40_000; i++)
        {
            second += -Math.Log(1 - random.NextDouble()) / 400;
            bool isLimit = random.NextDouble() < 0.04;
            double took = isLimit ? Math.Min(-Math.Log(1 - random.NextDouble()) * 0.008, 0.05) : Math.Exp(-3.8 + (0.9 * Normal(random)));
            Add(stream, second, took, !isLimit, Page + (ulong)random.Next(8));
        }

        DiagnosisReport report = Diagnose(stream);

        Assert.Equal(Cause.RequestLimitClose, report.Findings[0].Cause);
        Assert.True(report.Findings[0].Count > 0.97 * report.Findings.Sum(static finding => finding.Count));
    }

    // Ordinary requests take long, and answers as old as the window are forgotten until their lines come; errors are quick, and still have them.
    [Fact]
    public void Cuts_AtALimitOfABusyTarget_HaveNoLagInCommonAtTheEndOfWhatIsLookedBackAt()
    {
        var random = new Random(7);
        var stream = new RequestStream();
        double second = 0;
        for (int i = 0; i < 20_000; i++)
        {
            second -= Math.Log(1 - random.NextDouble()) / 200;
            bool isLimit = random.NextDouble() < 0.02;
            Add(stream, second, isLimit ? 0.002 * random.NextDouble() : 0.04 + (0.1 * random.NextDouble()), !isLimit, Page + (ulong)random.Next(8));
        }

        Finding finding = Assert.Single(Diagnose(stream, new IdleTimeout(30, IdleTimeout.OfFlag)).Findings);

        Assert.Equal(Cause.RequestLimitClose, finding.Cause);
    }

    // A limit that is reached late in the log, in times like those of the answers: one page is asked for most, and so fails most.
    [Fact]
    public void Cuts_AtALimitThatIsReachedLateInTheLog_AreNotTiedToThePageThatIsAskedForMost()
    {
        var random = new Random(8);
        var stream = new RequestStream();
        double second = 0;
        for (int i = 0; i < 40_000; i++)
        {
            second -= Math.Log(1 - random.NextDouble()) / 200;
            bool isLimit = i > 28_000 && random.NextDouble() < 0.01;
            ulong page = random.NextDouble() < 0.7 ? Page : Page + 1 + (ulong)random.Next(5);
            double took = isLimit ? -Math.Log(1 - random.NextDouble()) * 0.03 : Math.Exp(-3.5 + (0.8 * Normal(random)));
            Add(stream, second, took, !isLimit, page);
        }

        DiagnosisReport report = Diagnose(stream);

        Assert.Equal(Cause.RequestLimitClose, report.Findings[0].Cause);
        Assert.True(report.Findings[0].Count > 0.97 * report.Findings.Sum(static finding => finding.Count));
    }

    // As many errors of a target as busy, and as short; but what dies is at work on a page that takes that long, and quick pages are never met.
    [Fact]
    public void Cuts_OfPagesWithinTheTimesThatTheyTake_AreCrashesThoughTheTargetIsBusy()
    {
        var random = new Random(9);
        var stream = new RequestStream();
        double second = 0;
        for (int i = 0; i < 40_000; i++)
        {
            second -= Math.Log(1 - random.NextDouble()) / 200;
            ulong page = (ulong)random.Next(6);
            double took = Math.Exp(-4.6 + (0.5 * page) + (0.4 * Normal(random)));
            bool dies = random.NextDouble() < 0.25 * took;
            Add(stream, second, dies ? took * random.NextDouble() : took, !dies, Page + page);
        }

        DiagnosisReport report = Diagnose(stream);

        Assert.Equal(Cause.TargetCrash, report.Findings[0].Cause);
        Assert.True(report.Findings[0].Count > 0.97 * report.Findings.Sum(static finding => finding.Count));
    }

    // A client asks every 19 s, and processes die some time into a request: from the answer before until then it is a little longer than 19 s.
    [Fact]
    public void Cuts_OfAClientThatAsksInARhythm_AreNoRacesThoughTheyTookSomeTime()
    {
        var random = new Random(10);
        var stream = new RequestStream();
        for (int i = 0; i < 3_000; i++)
        {
            bool isSlow = random.Next(4) > 0;
            double took = isSlow ? 0.2 + (0.3 * random.NextDouble()) : 0.003;
            bool dies = isSlow && random.NextDouble() < 0.03;
            Add(stream, (i * 19) + (0.02 * random.NextDouble()), dies ? took * random.NextDouble() : took, !dies, isSlow ? Page + (ulong)random.Next(4) : Poll);
        }

        Assert.DoesNotContain(Diagnose(stream).Findings, static finding => finding.Cause == Cause.KeepaliveRace);
    }

    [Fact]
    public void Cuts_OfOneClientThatAsksForOnePageEveryFiveSeconds_AreRacesAndTheirLagIsNotDenied()
    {
        var random = new Random(2);
        var stream = new RequestStream();
        double second = 0, answered = 0;
        for (int i = 0; i < 2_500; i++)
        {
            double gap = second - answered;
            bool isRace = gap is > 4.999 and < 5.0002;
            double took = isRace ? 0.0005 : 0.002 + (0.002 * random.NextDouble());
            Add(stream, second, took, !isRace, Poll);
            answered = isRace ? double.NegativeInfinity : second + took;
            second += took + 4.998 + (0.004 * random.NextDouble());
        }

        Finding finding = Assert.Single(Diagnose(stream).Findings);

        Assert.Equal(Cause.KeepaliveRace, finding.Cause);
        Assert.InRange(finding.Keepalive!.EstimateSeconds, 4.99, 5.01);
        Assert.DoesNotContain(finding.RuledOut, static row => row.Reason.Contains("do not have the lag", StringComparison.Ordinal));
    }

    [Fact]
    public void Cuts_OfSlowRequestsAtTheBeginOfARestart_AreOfTheRestartLikeTheRefusals()
    {
        RequestStream stream = Ordinary(seconds: 4_000, every: 2, except: (1_999, 2_005));
        for (int i = 0; i < 4; i++)
        {
            double age = 0.01 + (0.2 * i);
            Add(stream, 2_000 - (0.005 * i) - age, age, isAnswered: false, Other);
        }

        for (int i = 0; i < 6; i++)
        {
            stream.Add(_begin.AddSeconds(2_000.1 + (i * 0.5)), -1, -1, -1, 502, 0, key: Other, tookSeconds: 0.001);
        }

        Finding finding = Assert.Single(Diagnose(stream).Findings);

        Assert.Equal((Cause.TargetRestart, 10), (finding.Cause, finding.Count));
    }

    // Health checks take longer to trust it again than it was away.
    [Fact]
    public void Refusals_OfATargetThatIsTakenOutUntilItIsTrustedAgain_AreOfARestart()
    {
        RequestStream stream = Ordinary(seconds: 4_000, every: 2, except: (2_000, 2_183));
        AddRefusals(stream, 2_000, 2_050);

        Finding finding = Assert.Single(Diagnose(stream).Findings);

        Assert.Equal((Cause.TargetRestart, 50), (finding.Cause, finding.Count));
        Assert.True(finding.Confidence > 0.8, $"it is {finding.Confidence} sure");
    }

    // The same, but requests go there all the time: nothing ended within two minutes.
    [Fact]
    public void Refusals_UntilTheTargetIsBackAfterThreeMinutes_AreOfNoRestart()
    {
        RequestStream stream = Ordinary(seconds: 4_000, every: 2, except: (2_000, 2_183));
        AddRefusals(stream, 2_000, 2_183);

        Assert.Equal(Cause.ConnectRefused, Assert.Single(Diagnose(stream).Findings).Cause);
    }

    // What cannot be seen of it is as it was of the others.
    [Fact]
    public void Refusals_ThatTheLogEndsIn_AreOfARestartWhereThoseBeforeThemWere()
    {
        RequestStream stream = Ordinary(seconds: 1_000, every: 2, except: (400, 440));
        AddRefusals(stream, 400, 440);
        AddRefusals(stream, 1_000, 1_037);

        Finding finding = Assert.Single(Diagnose(stream).Findings);

        Assert.Equal((Cause.TargetRestart, 77), (finding.Cause, finding.Count));
    }

    // A poller's errors are as far from every answer before as from the last one, but for whole periods.
    [Theory]
    [InlineData(30, 6.0005)]
    [InlineData(11, 5.0005)]
    [InlineData(60, 6.0005)]
    public void Cuts_AmongRequestsInARhythm_AreARaceAfterTheLastAnswer(double period, double gap)
    {
        var random = new Random(5);
        var stream = new RequestStream();
        for (int i = 0; i < 300; i++)
        {
            double sent = (i * period) + (0.02 * random.NextDouble());
            Add(stream, sent, 0.003, isAnswered: true, Page);
            if (i % 20 == 5)
            {
                Add(stream, sent + 0.003 + gap, 0.001, isAnswered: false, Page);
            }
        }

        Finding finding = Assert.Single(Diagnose(stream).Findings);

        Assert.Equal(Cause.KeepaliveRace, finding.Cause);
        Assert.InRange(finding.Keepalive!.EstimateSeconds, gap - 0.05, gap + 0.05);
    }

    // As `grep " 502 "` leaves it.
    [Fact]
    public void Cuts_InALogOfErrorsAlone_AreSaidToBeUncertainWithTheReason()
    {
        var random = new Random(6);
        var stream = new RequestStream();
        double second = 0;
        for (int i = 0; i < 20; i++)
        {
            second += -600 * Math.Log(1 - random.NextDouble());
            Add(stream, second, new[] { 0.001, 0.002, 0.003, 0.008, 0.018 }[random.Next(5)], isAnswered: false, Page + (ulong)random.Next(4));
        }

        DiagnosisReport report = Diagnose(stream);

        Assert.All(report.Findings, static finding => Assert.InRange(finding.Confidence, 0, 0.6));
        Assert.Contains(report.Notes, static note => note.Contains("Give the whole log.", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Findings.SelectMany(static finding => finding.RuledOut), static ruledOut => ruledOut.Cause == Cause.KeepaliveRace);
    }

    [Fact]
    public void Cut_ASingleOneOnABusyTarget_IsARaceByItsShapeWithTheLimitBesideIt()
    {
        RequestStream stream = Ordinary(seconds: 900, every: 0.08);
        Add(stream, 700.031, 0.001, isAnswered: false, Page);

        Finding finding = Assert.Single(Diagnose(stream).Findings);

        Assert.Equal(Cause.KeepaliveRace, finding.Cause);
        Assert.InRange(finding.Confidence, 0.4, 0.8);
        Assert.Null(finding.Keepalive);
        Assert.Contains(finding.Alternatives, static other => other.Cause == Cause.RequestLimitClose);
    }

    [Fact]
    public void Cuts_AtAllAges_AreCrashesThoughSomeAgesLieTogether()
    {
        var random = new Random(3);
        RequestStream stream = Ordinary(seconds: 12_000, every: 2);
        for (int i = 0; i < 60; i++)
        {
            Add(stream, 100.4 + (i * 190), 0.15 + (2.85 * random.NextDouble()), isAnswered: false, Page);
        }

        Finding finding = Assert.Single(Diagnose(stream).Findings);

        Assert.Equal((Cause.TargetCrash, 60), (finding.Cause, finding.Count));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(30)]
    public void IdleTimeout_ThatNobodySays_IsReadFromThe504s(int seconds)
    {
        RequestStream stream = Ordinary(seconds: 4_000, every: 2);
        AddSilences(stream, seconds);

        DiagnosisReport report = Diagnose(stream);

        Assert.Equal(new IdleTimeout(seconds, "log"), report.IdleTimeout);
        Assert.Contains(report.Notes, note => note.Contains($"504s come after {seconds}.0 s, so the idle timeout is taken as {seconds} s", StringComparison.Ordinal));
        Finding finding = Assert.Single(report.Findings);
        Assert.Equal(Cause.SlowTarget, finding.Cause);
        Assert.InRange(finding.Confidence, 0.95, 1);
        Assert.Contains($"idle timeout of {seconds} s", finding.Headline, StringComparison.Ordinal);
        Assert.Contains(finding.Evidence, static sentence => sentence.StartsWith("All are of one kind of request", StringComparison.Ordinal));
    }

    [Fact]
    public void IdleTimeout_ThatThe504sContradict_IsKeptWithAWarning()
    {
        RequestStream stream = Ordinary(seconds: 4_000, every: 2);
        AddSilences(stream, 300);

        DiagnosisReport report = Diagnose(stream, new IdleTimeout(60, "flag"));

        Assert.Equal(60, report.IdleTimeout.Seconds);
        Assert.Contains(report.Notes, static note => note.StartsWith("504s come after 300.0 s, but the idle timeout is 60 s as it was given", StringComparison.Ordinal));
        Assert.Contains("which is not the idle timeout of 60 s", Assert.Single(report.Findings).Headline, StringComparison.Ordinal);
    }

    [Fact]
    public void IdleTimeout_504sOfAllAges_ShowNone()
    {
        RequestStream stream = Ordinary(seconds: 4_000, every: 2);
        for (int i = 0; i < 12; i++)
        {
            stream.Add(_begin.AddSeconds(600 + (i * 97)), 0, -1, -1, 504, 0, key: Other, tookSeconds: 20 + (i * 9));
        }

        DiagnosisReport report = Diagnose(stream);

        Assert.Equal(DiagnosisOptions.DefaultIdleTimeout, report.IdleTimeout);
        Assert.Empty(report.Notes);
    }

    [Fact]
    public void Cuts_AtATimeBeyondTheAssumedIdleTimeout_AreRacesAndSaySo()
    {
        var random = new Random(5);
        var stream = new RequestStream();
        double second = 0;
        for (int i = 0; i < 400; i++)
        {
            Add(stream, second, 0.004, isAnswered: true, Page + (ulong)(i % 3));
            bool isRace = i % 80 == 79;
            if (isRace)
            {
                Add(stream, second + 75.004, 0.001, isAnswered: false, Page);
            }

            second += isRace ? 80 : 5 + (50 * random.NextDouble());
        }

        Finding finding = Assert.Single(Diagnose(stream).Findings);

        Assert.Equal((Cause.KeepaliveRace, 5), (finding.Cause, finding.Count));
        Assert.InRange(finding.Keepalive!.EstimateSeconds, 74.9, 75.1);
        Assert.Contains(finding.Evidence, static sentence => sentence.Contains("more than ALB's default idle timeout of 60 s", StringComparison.Ordinal));
        Assert.DoesNotContain(finding.Fixes, static fix => fix.Title.Contains("65 s", StringComparison.Ordinal));
    }

    [Fact]
    public void Cuts_WithoutATimeInCommonWhereOneWouldShow_SpeakAgainstTheRace()
    {
        var random = new Random(6);
        var stream = new RequestStream();
        ulong key = 100;
        for (double second = 0; second < 40_000; second += -2 * Math.Log(1 - random.NextDouble()))
        {
            Add(stream, second, random.Next(6) == 0 ? 0.2 : 0.004, isAnswered: true, key++);
        }

        for (int i = 0; i < 40; i++)
        {
            Add(stream, 300 + (i * 900) + (600 * random.NextDouble()), 0.013, isAnswered: false, key++);
        }

        Finding finding = Assert.Single(Diagnose(stream).Findings);

        Assert.Equal(Cause.KeepaliveRace, finding.Cause);
        Assert.InRange(finding.Confidence, 0.3, 0.6);
        Assert.Contains(finding.Evidence, static sentence => sentence.EndsWith("and there are 40: that speaks against a race.", StringComparison.Ordinal));
        Assert.Contains("no time of idleness is common to them", finding.Headline, StringComparison.Ordinal);
    }

    [Fact]
    public void Cuts_OfOnePageAtTheTargetsLimit_NameThePageAndRuleOutARefusalByItsTime()
    {
        RequestStream stream = Ordinary(seconds: 20_000, every: 2);
        for (int i = 0; i < 20; i++)
        {
            Add(stream, 300 + (i * 900), 30.004 + (0.0005 * i), isAnswered: false, Other);
        }

        Finding finding = Assert.Single(Diagnose(stream).Findings);

        Assert.Equal(Cause.TargetTimeout, finding.Cause);
        Assert.Contains(finding.Evidence, static sentence => sentence.StartsWith("All are of one kind of request", StringComparison.Ordinal));
        RuledOut malformed = Assert.Single(finding.RuledOut, static row => row.Cause == Cause.MalformedResponse);
        Assert.StartsWith("A refused answer comes soon", malformed.Reason, StringComparison.Ordinal);
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static void AddSilences(RequestStream stream, int seconds)
    {
        for (int i = 0; i < 15; i++)
        {
            stream.Add(_begin.AddSeconds(600 + (i * 97)), 0, -1, -1, 504, 0, key: Other, tookSeconds: seconds + 0.001);
        }
    }

    private static RequestStream Ordinary(double seconds, double every, (double From, double To) except = default)
    {
        var random = new Random(4);
        var stream = new RequestStream();
        for (double second = 0; second < seconds; second += every)
        {
            if (second < except.From || second > except.To)
            {
                double took = new[] { 0.003, 0.005, 0.04, 0.2 }[random.Next(4)];
                Add(stream, second + (random.NextDouble() * every / 2), took, isAnswered: true, Page);
            }
        }

        return stream;
    }

    private static void AddRefusals(RequestStream stream, double from, double to)
    {
        for (double second = from; second < to; second++)
        {
            stream.Add(_begin.AddSeconds(second), -1, -1, -1, 502, 0, key: Other, tookSeconds: 0.001);
        }
    }

    private static void Add(RequestStream stream, double sent, double took, bool isAnswered, ulong key) => stream.Add(
        _begin.AddSeconds(sent + took), 0, (int)(took * 1000), isAnswered ? 0 : -1, (short)(isAnswered ? 200 : 502), (short)(isAnswered ? 200 : 0),
        key: key, tookSeconds: took);

    private static DiagnosisReport Diagnose(RequestStream stream, IdleTimeout? idleTimeout = null)
    {
        using var diagnosis = new Diagnosis(new DiagnosisOptions { IdleTimeout = idleTimeout ?? DiagnosisOptions.DefaultIdleTimeout });
        stream.Feed(diagnosis);
        DiagnosisReport report = diagnosis.Complete(stream.Names, RequestStream.NoCounts);
        // Whatever the cause: what still fits is not told as ruled out.
        Assert.All(report.Findings, static finding => Assert.Empty(
            finding.RuledOut.Select(static row => row.Cause).Intersect(finding.Alternatives.Select(static other => other.Cause))));
        return report;
    }
}
