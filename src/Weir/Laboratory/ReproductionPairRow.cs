using Weir.Diagnosis;

namespace Weir.Laboratory;

/// <summary>One failed request in the document of `reproduce --json`: whole lines, nothing shortened.</summary>
internal sealed record ReproductionPairRow(string Phase, string? LineBefore, string Line, string TraceId, string TargetLog)
{
    public static ReproductionPairRow Of(ReproductionPhase phase, RacePair pair) => new(
        ReproductionDocument.NameOf(phase), pair.Before?.Line, pair.Line.Line, pair.Line.TraceId, PhaseWording.TargetLog(pair));
}
