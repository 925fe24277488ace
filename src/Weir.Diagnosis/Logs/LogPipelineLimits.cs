namespace Weir.Diagnosis.Logs;

/// <summary>What reading a log holds in memory at most, whatever the log. In sum about 60 MB.</summary>
internal static class LogPipelineLimits
{
    /// <summary>Bytes that are parsed at once. Longer than the longest line, short enough for a core's cache.</summary>
    public const int BlockBytes = 512 * 1024;

    /// <summary>Objects that are read at once.</summary>
    public const int Readers = 8;

    /// <summary>Blocks of one object that wait or are worked on: one is filled, one parsed, one given out.</summary>
    public const int BlocksPerReader = 3;

    /// <summary>More of them where there are fewer objects than cores, for one large file is parsed by all.</summary>
    public const int BlocksPerWorker = 2;

    /// <summary>How much later than another of its node a line may come and be put in order all the same.</summary>
    // AWS closes a file every five minutes, and delivers each when it can. Source: ALB user guide, access log files
    public static readonly TimeSpan ReorderWindow = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Requests that wait to be put in order, all nodes together: 42 MB. Where ten minutes have more, the window is shorter.
    /// </summary>
    public const int PendingRequests = 600_000;

    /// <summary>Details that wait with them.</summary>
    // The samples of a window full of requests are 18,000.
    public const int PendingDetails = 30_000;

    /// <summary>Names that are told apart; what comes after shares one number.</summary>
    public const int Targets = 20_000;
    public const int TargetGroups = 2_000;
    public const int Nodes = 2_000;
    public const int LoadBalancers = 1_000;

    /// <summary>Good requests that come with their details before it is one in two, in four, …: 18,000 of a million, 38,000 of a billion.</summary>
    public const int SamplesPerLevel = 2_000;

    /// <summary>Longer texts of a request are cut: they are for people to look at and to be joined with.</summary>
    public const int DetailTextBytes = 1024;

    /// <summary>Sentences about files that are kept.</summary>
    public const int DamagedFiles = 100;
}
