using System.Globalization;
using Weir.Diagnosis;

namespace Weir.Laboratory;

/// <summary>The words and numbers in which a reproduction is told; the same for people and for programs.</summary>
internal static class PhaseWording
{
    public static string Seconds(TimeSpan time, int decimals = 3) =>
        time.TotalSeconds.ToString(FormattableString.Invariant($"F{decimals}"), CultureInfo.InvariantCulture) + " s";

    /// <summary>`4.6 %`; what is so small that it would round to nothing keeps a digit.</summary>
    public static string Percent(double rate) =>
        (rate * 100).ToString(rate < 0.001 ? "0.000" : "0.0", CultureInfo.InvariantCulture) + " %";

    public static string Count(long number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";

    /// <summary>What may be said of the phase, and no more.</summary>
    public static string Verdict(PhaseReport phase) => phase switch
    {
        { Phase: ReproductionPhase.Race, Failures: > 0 } => "the race",
        { Broke: true } => "fails",
        { IsEnough: false } => "too few",
        _ => $"none in {phase.Requests}",
    };

    /// <summary>`2 × 500 by the target, 1 × no answer within 15 s`.</summary>
    public static string Faults(PhaseReport phase) => string.Join(", ", phase.Faults.Select(static fault => $"{fault.Count} × {fault.What}"));

    /// <summary>`no line: the request met a closed socket`, or the target's line, or that nobody can know.</summary>
    public static string TargetLog(RacePair pair) => pair switch
    {
        { TargetLine: { } line } => line,
        { KnowsTargetLog: true } => "no line: the request met a closed socket",
        _ => $"not known here; look there for {pair.Line.TraceId}",
    };
}
