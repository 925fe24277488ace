namespace Weir.Diagnosis;

/// <summary>How a target ended an idle connection. Immutable.</summary>
/// <param name="End">None: it said so, and left it to the other side.</param>
/// <param name="Timestamp">When no more requests could be sent on it.</param>
/// <param name="GoAway">The code of what it said before, over HTTP/2: `NO_ERROR`; null if it said nothing.</param>
internal readonly record struct MeasuredEnd(RelayEnd End, long Timestamp, string? GoAway);
