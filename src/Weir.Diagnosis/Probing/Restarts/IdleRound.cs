namespace Weir.Diagnosis.Probing;

/// <summary>One round of idle connections. Immutable.</summary>
/// <param name="Readings">Of each connection.</param>
/// <param name="WasGone">Whether the target refused a connection in the round or straight after it.</param>
public sealed record IdleRound(IReadOnlyList<IdleReading> Readings, bool WasGone);
