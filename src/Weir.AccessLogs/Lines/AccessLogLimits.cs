namespace Weir.AccessLogs;

/// <summary>Every limit of the access log, in one place. Nothing here may be exceeded by what a peer sends.</summary>
public static class AccessLogLimits
{
    /// <summary>
    /// No line, its newline included, is longer. A request at every limit of ALB at once (16 K request line, 8 K user
    /// agent, 8 K redirect) fits unless most of it needs escaping; a longer line has its fields cut to
    /// <see cref="FieldBytesInOverlongLine"/>.
    /// </summary>
    public const int LineBytes = 64 * 1024;

    /// <summary>
    /// Length, after escaping, to which each field of a line is cut that would exceed <see cref="LineBytes"/>:
    /// 23 variable pieces of 2,560 bytes are 58,880, which leaves 6,656 for numbers, times, quotes and spaces (under 500).
    /// </summary>
    public const int FieldBytesInOverlongLine = 2_560;

    /// <summary>A longer user agent is cut, counted before escaping.</summary>
    // Source: ALB user guide, access log entries, user_agent
    public const int UserAgentBytes = 8 * 1024;

    /// <summary>What one chunk holds; it must hold the longest line.</summary>
    public const int ChunkBytes = LineBytes;

    /// <summary>
    /// Chunks in a process by default: 8 MiB, some 18,000 lines, what a disk may be behind before lines are dropped.
    /// They are allocated when first needed.
    /// </summary>
    public const int DefaultChunks = 128;

    /// <summary>Length of the delivery interval.</summary>
    // Source: ALB user guide, access log files: "every 5 minutes"
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>How long after its end an interval stays open for the loops' last flush. A later line gets a file of its own.</summary>
    public static readonly TimeSpan IntervalGrace = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Lines of the directory layout wait in memory for at most this long before they are compressed and written, so
    /// that a killed process loses no more. Longer would compress better.
    /// </summary>
    public static readonly TimeSpan StagedFor = TimeSpan.FromSeconds(10);

    /// <summary>Lines of one interval are compressed and written when there are this many bytes of them.</summary>
    public const int StagedBytes = 256 * 1024;

    /// <summary>A broken destination is reported once in this time.</summary>
    public static readonly TimeSpan ErrorReportInterval = TimeSpan.FromMinutes(1);

    internal const long IntervalMicroseconds = 5 * 60 * 1_000_000L;
}
