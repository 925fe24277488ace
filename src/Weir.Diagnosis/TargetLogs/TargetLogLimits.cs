namespace Weir.Diagnosis.TargetLogs;

/// <summary>The bounds of reading and joining targets' logs.</summary>
internal static class TargetLogLimits
{
    /// <summary>Characters of a line that are looked at; no access log writes longer ones on purpose.</summary>
    public const int LineCharacters = 64 * 1024;

    /// <summary>Lines that the form is recognized from.</summary>
    public const int SampleLines = 200;

    /// <summary>Good requests that the clock's offset is estimated from; 1 KB each.</summary>
    public const int GoodRequests = 4096;

    /// <summary>Errors that are joined; 1 KB each.</summary>
    public const int Errors = 50_000;

    /// <summary>Good requests of one method and path that the offset is estimated from: more of them tell nothing new.</summary>
    public const int GoodRequestsPerPath = 64;

    /// <summary>Lines of one method and path, above which that path is too common to tell requests apart.</summary>
    public const int LinesPerDistinctPath = 64;

    /// <summary>Differences by trace id that are kept for the offset.</summary>
    public const int TraceDifferences = 4096;
}
