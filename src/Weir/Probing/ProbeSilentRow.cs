using Weir.Diagnosis.Probing;

namespace Weir.Probing;

/// <summary>What became of connections that never said a word.</summary>
internal sealed record ProbeSilentRow(string Outcome, double? Seconds, string End, int? StatusCode, string Farewell, string? GoAway)
{
    public static ProbeSilentRow Of(SilentReading silent) => new(
        ProbeDocument.Name(silent.Outcome),
        silent.Outcome is SilentOutcome.NotWaitedFor or SilentOutcome.HoldsUpOthers ? null : silent.Age.TotalSeconds,
        ProbeDocument.Name(silent.End),
        silent.StatusCode,
        silent.Farewell,
        silent.GoAway?.Code);
}
