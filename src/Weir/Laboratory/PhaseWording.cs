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

    /// <summary>What may be said of the phase, and no more.</summary>
    public static string Verdict(PhaseReport phase) => phase switch
    {
        { Phase: ReproductionPhase.Race, Failures: > 0 } => "the race",
        { Phase: ReproductionPhase.Race, SentAgain: > 0 } => "sent again",
        { Broke: true } => "fails",
        { IsEnough: false } => "too few",
        _ => $"none in {phase.Requests}",
    };

    /// <summary>The target's line, or that it has none and what that means, or that nobody can know.</summary>
    public static string TargetLog(RacePair pair) => pair switch
    {
        { TargetLine: { } line } => line,
        { KnowsTargetLog: true, IsRace: true, BadGateway.Kind: BadGatewayKind.MetClose or BadGatewayKind.Reset } => "no line: the request met a closed socket",
        { KnowsTargetLog: true } => "no line",
        _ => $"not known here; look there for {pair.Line.TraceId}",
    };

    /// <summary>What kind of 502 it was, for programs; null if the balancer made none.</summary>
    public static string? KindOf(BadGateway? failure) => failure?.Kind switch
    {
        null => null,
        BadGatewayKind.MetClose => "met_close",
        BadGatewayKind.TakenThenClosed => "taken_then_closed",
        BadGatewayKind.Reset => "reset",
        BadGatewayKind.AnswerCut => "answer_cut",
        BadGatewayKind.NewConnection => "new_connection",
        BadGatewayKind.Other => "other",
        _ => "unexplained",
    };
}
