namespace Weir.LogGenerator;

/// <summary>The cause of one error that the balancer made, from the mechanism that did it; never from how the line looks.</summary>
/// <param name="TraceId">As in field 18; null where the line has none.</param>
/// <param name="Time">Field 2, to the letter.</param>
public sealed record TruthRow(string? TraceId, string Time, int ElbStatusCode, string Cause, string Scenario);
