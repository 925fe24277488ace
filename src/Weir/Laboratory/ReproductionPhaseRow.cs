using Weir.Diagnosis;

namespace Weir.Laboratory;

/// <summary>One phase in the document of `reproduce --json`.</summary>
internal sealed record ReproductionPhaseRow(
    string Phase,
    string Setting,
    int Requests,
    int Failures,
    IReadOnlyDictionary<string, int> FailuresByMethod,
    int? FailuresHandled,
    double UpperBound95,
    long Sent,
    long Retried,
    long Withheld,
    long NearMisses,
    string? BalancersReport,
    int ClosedByBalancer,
    int ClosedByTarget,
    double FromAgeSeconds,
    double ToAgeSeconds,
    double DurationSeconds,
    string? Shortened,
    string Verdict)
{
    public static ReproductionPhaseRow Of(PhaseReport phase) => new(
        ReproductionDocument.NameOf(phase.Phase),
        phase.Setting,
        phase.Requests,
        phase.Failures,
        phase.FailuresByMethod,
        phase.FailuresHandled,
        phase.UpperBound,
        phase.Sent,
        phase.Retried,
        phase.Withheld,
        phase.NearMisses,
        phase.BalancersReport,
        phase.ClosedByBalancer,
        phase.ClosedByTarget,
        phase.From.TotalSeconds,
        phase.To.TotalSeconds,
        phase.Duration.TotalSeconds,
        phase.Shortened,
        PhaseWording.Verdict(phase));
}
