using Weir.Diagnosis;
using Weir.Diagnosis.Reports;
using Weir.Output;

namespace Weir.Laboratory;

/// <summary>Tells a reproduction's progress to programs, a message at a time, and keeps the pairs for the document at the end.</summary>
internal sealed class ReproductionMessages(MessageWriter messages) : IReproductionObserver
{
    private readonly List<(ReproductionPhase Phase, RacePair Pair)> _pairs = [];

    /// <summary>The failed requests with the one before each on its connection.</summary>
    public IReadOnlyList<(ReproductionPhase Phase, RacePair Pair)> Pairs => _pairs;

    public void OnServer(ServerDescription server) =>
        messages.Say("server", $"the target is {server.Name}", ("name", server.Name));

    public void OnMeasured(IdleClose close) => messages.Say(
        "measured",
        close.Ages.Length == 0
            ? $"no connection was closed within {PhaseWording.Seconds(close.Limit)}"
            : $"idle connections are closed after {PhaseWording.Seconds(close.Median)}");

    public void OnPhaseBegins(ReproductionPhase phase) =>
        messages.Say("phase", $"phase {ReproductionDocument.NameOf(phase)} begins", ("phase", ReproductionDocument.NameOf(phase)));

    public void OnProgress(string sentence) => messages.Say("progress", sentence);

    public void OnPair(ReproductionPhase phase, RacePair pair)
    {
        if (pair.Line.IsBalancers502)
        {
            _pairs.Add((phase, pair));
        }
    }

    public void OnPhaseEnds(PhaseReport report) => messages.Say(
        "phase-end",
        $"phase {ReproductionDocument.NameOf(report.Phase)}: {report.Failed} of {Plural.Of(report.Judged, "request")} failed; at the moment {report.Failures} of {report.Requests} got 502",
        ("phase", ReproductionDocument.NameOf(report.Phase)),
        ("judged", report.Judged),
        ("failed", report.Failed),
        ("requests", report.Requests),
        ("failures", report.Failures),
        ("sent_again", report.SentAgain));
}
