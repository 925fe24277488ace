using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Tests.Causes;

/// <summary>Cut requests of one group whose cause only the ordinary requests beside them can tell.</summary>
public sealed class CutRequestTests
{
    private const ulong Fast = 1, Slow = 2;

    // Of the slow page's answers.
    private const int FastestMs = 200, SlowestMs = 3_000;

    private static readonly DateTimeOffset _begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private sealed class Verdicts : IErrorVerdictConsumer
    {
        public List<ErrorVerdict> All { get; } = [];

        public void Accept(in ErrorVerdict verdict) => All.Add(verdict);
    }

    [Fact]
    public void Cuts_OfASlowPageThatIsOftenAnsweredLater_AreCrashes()
    {
        // Six of the ages lie together, as those of a limit would.
        int[] ages = [300, 620, 900, 1_040, 1_080, 1_120, 1_150, 1_190, 1_230, 1_700, 2_100, 2_500];
        RequestStream stream = Ordinary(seconds: 240);
        for (int i = 0; i < ages.Length; i++)
        {
            Cut(stream, second: 10.3 + (i * 17), ages[i], Slow);
        }

        Assert.All(Judge(stream), static verdict => Assert.Equal(Cause.TargetCrash, verdict.Cause));
    }

    [Fact]
    public void Cuts_OfEveryRequestOfAKindAtOnce_AreMalformedResponses()
    {
        int[] ages = [3, 61, 5, 48, 3, 4, 52, 39, 3, 60, 4, 45];
        RequestStream stream = Ordinary(seconds: 240);
        for (int i = 0; i < ages.Length; i++)
        {
            Cut(stream, second: 10.3 + (i * 17), ages[i], key: 3 + (ulong)(i % 2));
        }

        Assert.All(Judge(stream), static verdict => Assert.Equal(Cause.MalformedResponse, verdict.Cause));
    }

    [Fact]
    public void Cuts_AtALimitAfterALogsLastRequest_AreNoDeregistration()
    {
        RequestStream stream = Ordinary(seconds: 120);
        for (int i = 0; i < 10; i++)
        {
            Cut(stream, second: 10.3 + (i * 11), 5_000 + (i * 90), key: 3);
        }

        // Nothing is sent any more, but the last answers are not there yet.
        Cut(stream, second: 120, 5_100, key: 3);
        Cut(stream, second: 120, 5_400, key: 3);
        stream.Add(_begin.AddSeconds(131), requestMs: 0, targetMs: 11_000, responseMs: 0, elb: 200, target: 200, key: Slow, at: 1);

        Assert.All(Judge(stream), static verdict => Assert.Equal(Cause.TargetTimeout, verdict.Cause));
    }

    // Four requests a second to a page that takes 20 ms, and one to a page that takes up to 3 s.
    private static RequestStream Ordinary(int seconds)
    {
        var stream = new RequestStream();
        for (int second = 0; second < seconds; second++)
        {
            for (int part = 0; part < 4; part++)
            {
                stream.Add(_begin.AddSeconds(second + (part * 0.25) + 0.02), requestMs: 0, targetMs: 20, responseMs: 0, elb: 200, target: 200, key: Fast);
            }

            int took = FastestMs + (second * 1_237 % (SlowestMs - FastestMs));
            stream.Add(
                _begin.AddSeconds(second + 0.6).AddMilliseconds(took), requestMs: 0, targetMs: took, responseMs: 0, elb: 200, target: 200, key: Slow);
        }

        return stream;
    }

    private static void Cut(RequestStream stream, double second, int milliseconds, ulong key) => stream.Add(
        _begin.AddSeconds(second).AddMilliseconds(milliseconds), requestMs: 0, targetMs: milliseconds, responseMs: -1, elb: 502, target: 0, key: key);

    private static List<ErrorVerdict> Judge(RequestStream stream)
    {
        using var diagnosis = new Diagnosis(new DiagnosisOptions { IdleTimeout = new IdleTimeout(60, "flag") });
        stream.Feed(diagnosis);
        var verdicts = new Verdicts();
        diagnosis.Complete(stream.Names, RequestStream.NoCounts, verdicts);
        Assert.NotEmpty(verdicts.All);
        return verdicts.All;
    }
}
