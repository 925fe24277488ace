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

    private static void Add(RequestStream stream, double sent, double took, bool isAnswered, ulong key) => stream.Add(
        _begin.AddSeconds(sent + took), 0, (int)(took * 1000), isAnswered ? 0 : -1, (short)(isAnswered ? 200 : 502), (short)(isAnswered ? 200 : 0),
        key: key, tookSeconds: took);

    private static DiagnosisReport Diagnose(RequestStream stream)
    {
        using var diagnosis = new Diagnosis(new DiagnosisOptions());
        stream.Feed(diagnosis);
        return diagnosis.Complete(stream.Names, RequestStream.NoCounts);
    }
}
