using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Findings;
using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Reports;
using Weir.Diagnosis.TargetLogs;
using Weir.Diagnosis.Tests.Causes;

namespace Weir.Diagnosis.Tests.Findings;

/// <summary>What a finding says beside its cause: health checks, connections, clients, the targets' own log; and nothing that the log does not show.</summary>
public sealed class EvidenceTests
{
    private const int Races = 12;

    private static readonly DateTimeOffset _begin = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    // Races with a target that closes after some seconds, one a minute, and answered requests between.
    private static RequestStream RaceStream(string? connection = null, int races = Races, double closesAfterSeconds = 5)
    {
        var stream = new RequestStream();
        for (int minute = 0; minute < races; minute++)
        {
            DateTimeOffset time = _begin.AddMinutes(minute);
            for (int second = 0; second < 30; second += 7)
            {
                stream.Add(time.AddSeconds(second), 0, 3, 0, 200, 200, bytes: 90);
            }

            stream.Add(time.AddSeconds(28.001 + closesAfterSeconds), 0, 0, -1, 502, 0, client: $"192.0.2.{minute % 4}", connection: connection, bytes: 700);
            stream.Add(time.AddSeconds(40), 0, 3, 0, 200, 200, bytes: 90);
        }

        return stream;
    }

    private static DiagnosisReport Report(RequestStream stream, Func<long, string?, JoinAnswer?>? targetLog = null)
    {
        using var diagnosis = new Diagnosis(new DiagnosisOptions { TargetLog = targetLog });
        stream.Feed(diagnosis);
        return diagnosis.Complete(stream.Names, RequestStream.NoCounts);
    }

    private static Finding OnlyFinding(RequestStream stream, Func<long, string?, JoinAnswer?>? targetLog = null) =>
        Assert.Single(Report(stream, targetLog).Findings);

    private static void AssertSays(Finding finding, string words) =>
        Assert.Contains(finding.Evidence, sentence => sentence.Contains(words, StringComparison.Ordinal));

    [Fact]
    public void Evidence_AllHealthChecksPassed_SaysThatTheTargetsWereHealthyAndRulesOutARestart()
    {
        RequestStream stream = RaceStream();
        for (int second = 0; second < 720; second += 30)
        {
            stream.AddCheck(_begin.AddSeconds(second));
        }

        stream.AddCheck(_begin, "TimedOut", at: 5);
        Finding finding = OnlyFinding(stream);

        AssertSays(finding, "healthy otherwise: all 24 health checks in the log were passed");
        Assert.Contains(finding.RuledOut, static row => row.Cause == Cause.TargetRestart && row.Reason.EndsWith("All 24 health checks were passed.", StringComparison.Ordinal));
    }

    [Fact]
    public void Evidence_FailedHealthChecks_AreCountedWithTheirReasonsAndHeldAgainstTheErrors()
    {
        RequestStream stream = RaceStream();
        stream.AddCheck(_begin.AddSeconds(30), "TimedOut");
        stream.AddCheck(_begin.AddHours(5), "TimedOut");
        stream.AddCheck(_begin.AddHours(5), "FailedHealthChecks");
        stream.AddCheck(_begin.AddHours(6));
        Finding finding = OnlyFinding(stream);

        AssertSays(finding, "3 of 4 health checks of these targets failed (TimedOut 2, FailedHealthChecks 1); 1 of 12 errors lies within a minute");
        Assert.DoesNotContain(finding.RuledOut, static row => row.Reason.Contains("were passed", StringComparison.Ordinal));
    }

    [Fact]
    public void Evidence_AConnectionLog_SaysHowLongTheClientsConnectionsWereOpen()
    {
        RequestStream stream = RaceStream("TID_0123");
        stream.AddConnection(_begin.AddSeconds(-10), "TID_0123");

        AssertSays(OnlyFinding(stream), "12 of them came over 1 connection of clients, open for 7 min by then");
    }

    [Fact]
    public void Notes_FailedHandshakesOfClients_AreToldOfSinceNoRequestOfThemIsLogged()
    {
        RequestStream stream = RaceStream();
        stream.AddConnection(_begin, "TID_1");
        stream.AddConnection(_begin, "TID_2", "Failed:ClientCertExpired");

        Assert.Contains(Report(stream).Notes, static note => note.StartsWith("1 of 2 connections in the connection log ended in the TLS handshake with a client (ClientCertExpired 1)", StringComparison.Ordinal));
    }

    [Fact]
    public void Evidence_ClientsAndSizes_AreComparedWithThoseOfAnsweredRequests() =>
        AssertSays(OnlyFinding(RaceStream()), "They came from 4 clients, of which one has 25 %, with requests of 700 bytes (90 of those answered)");

    [Fact]
    public void Evidence_LinesThatNameTheirReason_SaysIt()
    {
        var stream = new RequestStream();
        stream.Add(_begin, -1, -1, -1, 502, 0, at: -1, reason: "LambdaThrottling");
        stream.Add(_begin.AddSeconds(1), -1, -1, -1, 502, 0, at: -1, reason: "LambdaUnhandled");
        stream.Add(_begin.AddSeconds(2), -1, -1, -1, 502, 0, at: -1, reason: "LambdaUnhandled");

        AssertSays(OnlyFinding(stream), "The lines name the reason: LambdaUnhandled 2, LambdaThrottling 1.");
    }

    [Theory]
    [InlineData(JoinOutcome.NoLine, "The targets' own log has 0 of 12 that could be looked up: they met a connection that was closed")]
    [InlineData(JoinOutcome.FoundByTraceId, "The targets' own log has 12 of 12 that could be looked up: the target handled them")]
    public void Evidence_TheTargetsLog_HasOrLacksTheLines(JoinOutcome outcome, string words) =>
        AssertSays(OnlyFinding(RaceStream(), (_, _) => new JoinAnswer { Outcome = outcome }), words);

    [Theory]
    [InlineData(JoinOutcome.FoundByTime, "has 1 of 40 that could be looked up: so few may fit by time by chance")]
    [InlineData(JoinOutcome.FoundByTraceId, "has 1 of 40 that could be looked up: some were handled, and their answers lost")]
    public void Evidence_OneLineOfTheTargetsLog_IsNoProofByTimeAlone(JoinOutcome one, string words)
    {
        int asked = 0;
        AssertSays(
            OnlyFinding(RaceStream(races: 40), (_, _) => new JoinAnswer { Outcome = ++asked == 1 ? one : JoinOutcome.NoLine }),
            words);
    }

    [Fact]
    public void Evidence_ATargetsLogThatDoesNotCoverThem_SaysNothing() => Assert.DoesNotContain(
        OnlyFinding(RaceStream(), static (_, _) => new JoinAnswer { Outcome = JoinOutcome.NotCovered }).Evidence,
        static sentence => sentence.Contains("own log", StringComparison.Ordinal));

    [Fact]
    public void Finding_OfOneError_ClaimsNothingThatOneErrorCannotShow()
    {
        var stream = new RequestStream();
        stream.Add(_begin, 0, 3, 0, 200, 200);
        stream.Add(_begin.AddSeconds(5), 0, 0, -1, 502, 0);
        Finding finding = OnlyFinding(stream);

        string[] sentences = [finding.Headline, .. finding.Evidence, .. finding.RuledOut.Select(static row => row.Reason)];
        Assert.All(
            (string[])["half of the", "nine in ten", " 1 such errors", "1 targets", "1 kinds", "the log's 1 hours", "before and after", "went on"],
            words => Assert.DoesNotContain(sentences, sentence => sentence.Contains(words, StringComparison.Ordinal)));
    }

    [Fact]
    public void RuledOut_Restart_SaysThatTheTargetAnsweredAfterwardsOnlyWhereItDid()
    {
        var ends = new RequestStream();
        ends.Add(_begin, 0, 3, 0, 200, 200);
        ends.Add(_begin.AddSeconds(5), 0, 0, -1, 502, 0);
        var goesOn = new RequestStream();
        goesOn.Add(_begin, 0, 3, 0, 200, 200);
        goesOn.Add(_begin.AddSeconds(5), 0, 0, -1, 502, 0);
        goesOn.Add(_begin.AddSeconds(9), 0, 3, 0, 200, 200);

        Assert.DoesNotContain("answered before and after", AgainstRestart(ends), StringComparison.Ordinal);
        Assert.Contains("answered before and after", AgainstRestart(goesOn), StringComparison.Ordinal);

        static string AgainstRestart(RequestStream stream) => OnlyFinding(stream).RuledOut.Single(static row => row.Cause == Cause.TargetRestart).Reason;
    }

    [Fact]
    public void Fixes_OfASlowTarget_DoNotAdviseTheIdleTimeoutThatIsSet()
    {
        var stream = new RequestStream();
        for (int i = 0; i < 5; i++)
        {
            stream.Add(_begin.AddMinutes(i + 1), 0, -1, -1, 504, 0, tookSeconds: 60.002);
        }

        Finding finding = OnlyFinding(stream);
        Assert.Equal(Cause.SlowTarget, finding.Cause);
        Assert.All(finding.Fixes, static fix => Assert.Null(fix.Setting));
    }

    [Fact]
    public void Report_WithoutErrors_SaysHowSureThatIs()
    {
        var stream = new RequestStream();
        for (int i = 0; i < 3_000; i++)
        {
            stream.Add(_begin.AddSeconds(i), 0, 3, 0, 200, 200);
        }

        Assert.Contains(Report(stream).Notes, static note => note.Contains("None in 3,000 requests: there are fewer than 999 in a million (95 % sure).", StringComparison.Ordinal));
    }

    [Fact]
    public void Counts_FixedResponsesThatARuleAsksFor_AreNoErrors()
    {
        var stream = new RequestStream();
        stream.Add(_begin, -1, -1, -1, 503, 0, at: -1, actions: "fixed-response");
        stream.Add(_begin.AddSeconds(1), -1, -1, -1, 503, 0, at: -1);
        stream.Add(_begin.AddSeconds(2), -1, -1, -1, 503, 0, at: -1);
        using var diagnosis = new Diagnosis(new DiagnosisOptions());
        stream.Feed(diagnosis);

        DiagnosisReport report = diagnosis.Complete(stream.Names, RequestStream.NoCounts with { BalancerErrors = 3 });

        Assert.Equal(2, report.Counts.BalancerErrors);
        Assert.Equal(report.Counts.BalancerErrors, report.Findings.Sum(static finding => finding.Count));
    }

    [Fact]
    public void LagChart_ALagThatNoRequestSurvives_HasARateOfOne()
    {
        LagChart chart = Assert.Single(Report(RaceStream()).Charts.Lags);
        Assert.NotNull(chart.WindowLow);
        LagBin window = chart.Bins.Single(bin => bin.FromSeconds <= chart.WindowLow && chart.WindowLow < bin.ToSeconds);
        Assert.Equal(Races, window.Errors);
        Assert.Equal(Races, window.Requests, 0.5);
    }

    [Fact]
    public void LagChart_BinsOutsideOfTheWindow_AreAllWideEnoughToTellARate()
    {
        LagChart chart = Assert.Single(Report(RaceStream()).Charts.Lags);

        Assert.All(
            chart.Bins.Where(bin => bin.FromSeconds > 0.2 && (bin.ToSeconds < chart.WindowLow || bin.FromSeconds > chart.WindowHigh)).SkipLast(1),
            static bin => Assert.InRange(bin.ToSeconds / bin.FromSeconds, 1.02, 1.2));
    }

    [Fact]
    public void Evidence_ATimeThatSeveralServersHave_IsNotSaidToBeOnesAlone() =>
        AssertSays(OnlyFinding(RaceStream()), "5.0 s is Node.js's 5 s; 6 more servers known here close about then.");

    [Fact]
    public void Evidence_OfABrokenAnswer_NamesTheKindOfRequest()
    {
        var stream = new RequestStream();
        for (int minute = 0; minute < 60; minute++)
        {
            DateTimeOffset time = _begin.AddMinutes(minute);
            stream.Add(time, 0, 5, 0, 200, 200, key: 1);
            stream.Add(time.AddSeconds(3), 0, 20 + (minute % 3), -1, 502, 0, key: 2);
            stream.Add(time.AddSeconds(30), 0, 5, 0, 200, 200, key: 1);
        }

        Finding finding = OnlyFinding(stream);
        Assert.Equal(Cause.MalformedResponse, finding.Cause);
        AssertSays(finding, "Such as GET http://example.com:80/");
    }

    // To the millisecond: a server that looks every 4 s would spread its closes over them.
    [Fact]
    public void Fixes_ATimeThatNoServerHas_RaiseTheTargetsOwnAndNameNone()
    {
        Finding finding = OnlyFinding(RaceStream(closesAfterSeconds: 9));

        Assert.Empty(finding.Keepalive!.Servers);
        Assert.StartsWith("Let the target keep idle connections for", finding.Fixes[0].Title, StringComparison.Ordinal);
    }

    // One server is known that closes then, and it may be another all the same.
    [Fact]
    public void Fixes_ATimeOfOneServer_OfferWhatHelpsWithAnyOtherFirst()
    {
        IReadOnlyList<Fix> fixes = new CatalogAdvice(declared: null).KeepAliveFixes(60, CloseTimes.OfGap(9));

        Assert.StartsWith("Let the target keep idle connections for", fixes[0].Title, StringComparison.Ordinal);
        Assert.Null(fixes[0].Server);
    }

    [Fact]
    public void Keepalive_TheCentresInterval_LiesWithinTheCloseTimes()
    {
        KeepaliveEstimate keepalive = OnlyFinding(RaceStream()).Keepalive!;
        Assert.InRange(keepalive.ConfidenceLow, keepalive.Low, keepalive.EstimateSeconds);
        Assert.InRange(keepalive.ConfidenceHigh, keepalive.EstimateSeconds, keepalive.High);
    }

    [Fact]
    public void Finding_Always_SaysWhenItsFirstAndItsLastErrorCame()
    {
        Finding finding = OnlyFinding(RaceStream());

        Assert.Equal((_begin.AddMilliseconds(33_001), _begin.AddMinutes(Races - 1).AddMilliseconds(33_001)), (finding.First, finding.Last));
    }

    [Fact]
    public void Notes_LinesOfSeveralLoadBalancers_AreToldOf()
    {
        RequestStream stream = RaceStream();
        stream.Names.AddLoadBalancer("app/web/2");
        Assert.DoesNotContain(Report(stream).Notes, static note => note.Contains("load balancers", StringComparison.Ordinal));

        stream.Names.AddLoadBalancer("app/api/1");
        Assert.Contains(
            "Lines of 2 load balancers were read together: app/api/1, app/web/2. Each has an idle timeout of its own: diagnose them apart.",
            Report(stream).Notes);
    }

    [Fact]
    public void Notes_RequestsWithoutANode_AreToldOf()
    {
        RequestStream stream = RaceStream();
        using var diagnosis = new Diagnosis(new DiagnosisOptions());
        stream.Feed(new WithoutNodes(diagnosis));

        DiagnosisReport report = diagnosis.Complete(stream.Names, RequestStream.NoCounts);

        Assert.Contains(report.Notes, static note => note.StartsWith("Of 84 requests neither the line nor the file's name", StringComparison.Ordinal));
        Assert.DoesNotContain(Report(RaceStream()).Notes, static note => note.Contains("neither the line", StringComparison.Ordinal));
    }

    private sealed class WithoutNodes(ILoggedRequestConsumer next) : ILoggedRequestConsumer
    {
        public void Accept(in LoggedRequest request, RequestDetail? detail) => next.Accept(request with { Node = LoggedRequest.NoName }, detail);
    }
}
