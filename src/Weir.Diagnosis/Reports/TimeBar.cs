using Weir.Diagnosis.Causes;

namespace Weir.Diagnosis.Reports;

/// <summary>The errors of one cause in one stretch of time, beside all requests of it.</summary>
public sealed record TimeBar(DateTimeOffset From, DateTimeOffset To, Cause Cause, long Errors, long Requests);
