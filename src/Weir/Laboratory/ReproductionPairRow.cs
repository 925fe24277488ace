using Weir.Diagnosis;

namespace Weir.Laboratory;

/// <summary>One failed request in the document of `reproduce --json`: whole lines, nothing shortened.</summary>
internal sealed record ReproductionPairRow(
    string Phase,
    string? LineBefore,
    string Line,
    string TraceId,
    string TargetLog,
    bool IsRace,
    string? Kind,
    string? Reason,
    string? End,
    string? Verdict,
    bool IsUndecided)
{
    public static ReproductionPairRow Of(ReproductionPhase phase, RacePair pair) => new(
        ReproductionDocument.NameOf(phase),
        pair.Before?.Line,
        pair.Line.Line,
        pair.Line.TraceId,
        PhaseWording.TargetLog(pair),
        pair.IsRace,
        PhaseWording.KindOf(pair.BadGateway),
        pair.BadGateway?.Reason,
        pair.BadGateway?.End,
        pair.BadGateway?.Verdict,
        pair.IsUndecided);
}
