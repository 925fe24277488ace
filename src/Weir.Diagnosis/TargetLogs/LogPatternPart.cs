namespace Weir.Diagnosis.TargetLogs;

/// <summary>A field of a pattern, and the text between it and the next.</summary>
internal readonly record struct LogPatternPart(LogPatternField Field, bool IsForwardedFor, string After);
