namespace Weir.Diagnosis.Probing;

/// <summary>Every limit of a probe, once.</summary>
public static class ProbeLimits
{
    /// <summary>Connections at once: a target with few workers must keep some of them for others.</summary>
    public const int MaxConnections = 16;

    public const int DefaultConnections = 8;

    /// <summary>More rounds than this tell nothing more.</summary>
    public const int MaxRepeats = 20;

    /// <summary>Rounds, where nobody says how many: enough to see a spread.</summary>
    public const int DefaultRepeats = 3;

    /// <summary>Measurements that are made once more where a restart of the target spoilt all there were.</summary>
    public const int RestartRepeats = 2;

    /// <summary>Requests on one connection, where nobody says how many: twice Apache's and Tomcat's 100.</summary>
    public const int DefaultMaxRequests = 200;

    public const int MaxMaxRequests = 100_000;

    /// <summary>Connections that never say a word; each may hold a worker of the target.</summary>
    public const int SilentConnections = 2;

    /// <summary>Bytes kept of what a target says as it closes: enough for the first line of a page.</summary>
    public const int FarewellBytes = 512;

    /// <summary>Bytes of bodies that are read to count requests: a probe is no load test.</summary>
    public const long CountedBodyBytes = 64L * 1024 * 1024;

    /// <summary>
    /// How long connections are watched beyond the balancer's own idle timeout. Not 5 s, which people add when they set a
    /// target's: the request that proves a connection alive would meet the very close that is looked for.
    /// </summary>
    public static readonly TimeSpan WatchBeyondIdleTimeout = TimeSpan.FromSeconds(7);

    /// <summary>
    /// What a target must outlive the balancer by: its close and the balancer's are seen through timers of a second's grain
    /// and across a network.
    /// </summary>
    public static readonly TimeSpan RequiredMargin = TimeSpan.FromSeconds(1);

    /// <summary>A round that takes longer is not repeated unless it is asked for.</summary>
    public static readonly TimeSpan RepeatedRound = TimeSpan.FromSeconds(20);

    /// <summary>Longer than any known server's limit for a first byte: Node.js ends such connections within 90 s.</summary>
    // Source: Node.js, http: headersTimeout 60 s, looked at every 30 s.
    public static readonly TimeSpan SilentWait = TimeSpan.FromSeconds(95);

    // Source: ALB user guide, troubleshooting: 10 s to connect, 10 s for a TLS handshake.
    public static readonly TimeSpan Connect = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan Handshake = TimeSpan.FromSeconds(10);

    /// <summary>The longest that one answer may take.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromSeconds(30);

    /// <summary>All requests on one connection together.</summary>
    public static readonly TimeSpan Counting = TimeSpan.FromSeconds(30);

    /// <summary>What a connection is given to answer late bytes with RST; at least, and more on a slow path.</summary>
    public static readonly TimeSpan LateBytes = TimeSpan.FromMilliseconds(250);

    /// <summary>What a target is given to close a connection of which it has said that it ends (GOAWAY).</summary>
    public static readonly TimeSpan AfterGoAway = TimeSpan.FromSeconds(5);

    /// <summary>Between the openings of two connections: a target that looks now and then shows its spread.</summary>
    public static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(137);

    /// <summary>How long a target may refuse connections before it is taken to have stopped for good.</summary>
    public static readonly TimeSpan Restart = TimeSpan.FromSeconds(60);

    /// <summary>Between two tries to reach a target that refuses.</summary>
    public static readonly TimeSpan RestartInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Between two words about what is waited for.</summary>
    public static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    /// <summary>The least that a request is given while silent connections are open, before they are said to hold it up.</summary>
    public static readonly TimeSpan HeldUp = TimeSpan.FromSeconds(1);
}
