using Weir.Diagnosis.Causes;

namespace Weir.Diagnosis.Reports;

/// <summary>One error: when it came, how long the target had had the request, and its cause.</summary>
public sealed record TimingPoint(DateTimeOffset Time, double TargetSeconds, Cause Cause);
