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

    /// <summary>Seconds with decimals: a number without them is another field.</summary>
    DurationFraction,

    DurationMilliseconds,
    DurationMicroseconds,
}
