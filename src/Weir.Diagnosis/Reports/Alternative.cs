using Weir.Diagnosis.Causes;

namespace Weir.Diagnosis.Reports;

/// <summary>A cause that fits too, how likely it is, and what would decide.</summary>
public sealed record Alternative(Cause Cause, double Confidence, string Decider);
