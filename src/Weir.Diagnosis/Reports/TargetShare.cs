namespace Weir.Diagnosis.Reports;

/// <summary>A target, its requests, and those of its errors that a finding counts.</summary>
public sealed record TargetShare(string Target, long Requests, long Errors);
