namespace Weir.Diagnosis.TargetLogs;

/// <summary>What a place in a line says.</summary>
internal enum LogPatternField
{
    Ignored,
    Client,
    Time,
    RequestLine,
    Method,
    Path,
    Query,
    Status,
    DurationSeconds,
    DurationMilliseconds,
    DurationMicroseconds,
}
