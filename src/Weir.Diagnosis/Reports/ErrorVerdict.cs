using Weir.Diagnosis.Causes;

namespace Weir.Diagnosis.Reports;

/// <summary>The cause of one error that the balancer made: what <c>--each</c> writes.</summary>
/// <param name="Time">Field 2.</param>
/// <param name="TraceId">Field 18 as logged, or null.</param>
/// <param name="Confidence">0 to 1.</param>
public readonly record struct ErrorVerdict(DateTimeOffset Time, string? TraceId, int ElbStatusCode, Cause Cause, double Confidence);
