namespace Weir.Balancer;

/// <summary>Every limit of the explain log, in one place. All together stay far below a log line's 64 KiB.</summary>
internal static class ExplainLimits
{
    /// <summary>Of the lines' form: fields are added within a version, never changed or removed.</summary>
    public const int SchemaVersion = 1;

    /// <summary>Of a URL, escaped; the rest is cut.</summary>
    public const int UrlBytes = 4 * 1024;

    /// <summary>Of a trace id, escaped: a client may send one of 7 KiB; what joins the logs is at its begin.</summary>
    public const int TraceIdBytes = 2 * 1024;

    /// <summary>Of every other text that a peer or a configuration gives, escaped.</summary>
    public const int TextBytes = 512;

    /// <summary>A method that is longer is called "request" in a verdict.</summary>
    public const int SpokenMethodBytes = 16;

    /// <summary>Of a verdict; the longest is about half of it.</summary>
    public const int VerdictBytes = 2 * 1024;

    /// <summary>
    /// A close that comes later after the request than this did not cross it on its way: no link takes so long.
    /// </summary>
    public const long CrossingMicros = 1_000_000;

    /// <summary>A connection that was idle for less was busy: few targets have so short a keep-alive timeout.</summary>
    // Source: the shortest default that is known is gunicorn's, 2 seconds, checked every second.
    public const long BusyMs = 1_000;

    /// <summary>How much sooner than its keep-alive timeout a target may close: rounding, and the way of its FIN.</summary>
    public const long EarlyCloseMs = 500;
}
