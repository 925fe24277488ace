namespace Weir.AccessLogs.Reading;

/// <summary>Every limit of reading a log, in one place.</summary>
public static class LogReadingLimits
{
    /// <summary>
    /// A longer line is unreadable. ALB's own fixed limits (16 K request line, 8 K user agent, 8 K redirect) leave room
    /// for half of their bytes to be escaped.
    /// </summary>
    public const int LineBytes = 64 * 1024;

    /// <summary>Fields of a line whose places are remembered; of those after them nothing is known, and nothing needed.</summary>
    // 36 are known; AWS says that more may come at the end.
    public const int Fields = 48;

    /// <summary>A line with fewer is not of an access log: the first layout of ALB, of 2016, has so many.</summary>
    public const int AccessFieldsAtLeast = 17;
}
