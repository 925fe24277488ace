using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Tests.Causes;

/// <summary>The two lines that the project's story starts from.</summary>
public sealed class StoryTests
{
    private sealed class Verdicts : IErrorVerdictConsumer
    {
        public List<ErrorVerdict> All { get; } = [];

        public void Accept(in ErrorVerdict verdict) => All.Add(verdict);
    }

    [Fact]
    public void Diagnosis_OfTheStorysTwoLines_IsAHypothesisOfARaceAndNoMore()
    {
        var stream = new RequestStream();
        DateTimeOffset good = new(2020, 10, 20, 5, 44, 51, 555, 553, TimeSpan.Zero);
        stream.Add(good, requestMs: 0, targetMs: 3, responseMs: 0, elb: 304, target: 304);
        stream.Add(good + TimeSpan.FromMicroseconds(5_000_257), requestMs: 0, targetMs: 0, responseMs: -1, elb: 502, target: 0);
        using var diagnosis = new Diagnosis(new DiagnosisOptions());
        stream.Feed(diagnosis);
        var verdicts = new Verdicts();

        DiagnosisReport report = diagnosis.Complete(stream.Names, RequestStream.NoCounts, verdicts);

        Finding finding = Assert.Single(report.Findings);
        Assert.Equal(Cause.KeepaliveRace, finding.Cause);
        Assert.InRange(finding.Confidence, 0.3, 0.89);
        Assert.Null(finding.Keepalive);
        Assert.Contains(finding.Evidence, static sentence => sentence.Contains("5.000 s after the last answer", StringComparison.Ordinal));
        Assert.Contains(finding.Evidence, static sentence => sentence.Contains("Node.js", StringComparison.Ordinal));
        Assert.Contains(finding.Evidence, static sentence => sentence.Contains("cannot be told", StringComparison.Ordinal));
        Assert.NotEmpty(finding.RuledOut);
        Assert.NotEmpty(finding.Fixes);
        ErrorVerdict verdict = Assert.Single(verdicts.All);
        Assert.Equal((Cause.KeepaliveRace, 502), (verdict.Cause, verdict.ElbStatusCode));
    }

    // A millisecond more, as on most networks: a crash fits as well, and what people would look for is told all the same.
    [Fact]
    public void Diagnosis_OfTheStorysLinesWithAMillisecondMore_TellsTheGapWhateverItIsCalled()
    {
        var stream = new RequestStream();
        DateTimeOffset good = new(2020, 10, 20, 5, 44, 51, 555, 553, TimeSpan.Zero);
        stream.Add(good, requestMs: 0, targetMs: 3, responseMs: 0, elb: 304, target: 304);
        stream.Add(good + TimeSpan.FromMicroseconds(5_001_257), requestMs: 0, targetMs: 1, responseMs: -1, elb: 502, target: 0);
        using var diagnosis = new Diagnosis(new DiagnosisOptions());
        stream.Feed(diagnosis);

        Finding finding = Assert.Single(diagnosis.Complete(stream.Names, RequestStream.NoCounts).Findings);

        Assert.Contains(Cause.KeepaliveRace, finding.Alternatives.Select(static other => other.Cause).Append(finding.Cause));
        Assert.Contains(finding.Evidence, static sentence => sentence.Contains("5.000 s after the last answer", StringComparison.Ordinal));
        Assert.Contains(finding.Evidence, static sentence => sentence.Contains("Node.js", StringComparison.Ordinal));
    }
}
