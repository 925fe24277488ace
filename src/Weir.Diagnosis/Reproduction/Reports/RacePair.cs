namespace Weir.Diagnosis;

/// <summary>Two requests that one target connection was to carry, one after the other. Immutable.</summary>
/// <param name="Before">The one before, which was answered; null if its line is not known.</param>
/// <param name="Line">The one in question.</param>
/// <param name="IsRace">It met the target's close and got 502.</param>
/// <param name="IsUndecided">It got 502, and only the target can tell whether that is the race.</param>
/// <param name="KnowsTargetLog">Whether the target's log has all that it answered, so that a missing line says something.</param>
/// <param name="TargetLine">The target's own line for it, or null.</param>
/// <param name="BadGateway">What its 502 was; null if the balancer made none.</param>
public sealed record RacePair(
    AccessLogEntry? Before, AccessLogEntry Line, bool IsRace, bool IsUndecided, bool KnowsTargetLog, string? TargetLine, BadGateway? BadGateway);
