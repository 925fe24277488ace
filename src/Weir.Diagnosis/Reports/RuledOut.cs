using Weir.Diagnosis.Causes;

namespace Weir.Diagnosis.Reports;

/// <summary>A cause that was considered, and what speaks against it.</summary>
public sealed record RuledOut(Cause Cause, string Reason);
