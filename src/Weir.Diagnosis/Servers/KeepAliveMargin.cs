namespace Weir.Diagnosis.Servers;

/// <summary>By how much a target must outlive the balancer: the one place of that rule.</summary>
public static class KeepAliveMargin
{
    /// <summary>
    /// Seconds. The server's clock starts when its kernel takes the last byte of an answer, the balancer's when that byte
    /// has come, and servers' timers tick as slowly as once a second: 5 s are more than these together.
    /// </summary>
    // Source: what users settled on, 61 to 65 s for 60 s; below 5 s nothing is gained.
    public const int Seconds = 5;

    /// <summary>Why there is a margin, in a few words.</summary>
    public const string Reason = "its clock starts first";

    // Source: ELBv2 API, idle_timeout.timeout_seconds.
    private const int LowestIdleTimeoutSeconds = 1;

    /// <summary>How long a target must keep idle connections. Whole seconds: some settings take no others.</summary>
    public static int KeepAliveFor(double idleTimeoutSeconds) => (int)Math.Ceiling(idleTimeoutSeconds) + Seconds;

    /// <summary>The idle timeout for a balancer whose targets close after so long and cannot be changed, seconds; null: none is low enough.</summary>
    public static int? IdleTimeoutFor(double closesFromSeconds)
    {
        // Of a short time a quarter: the whole margin would leave nothing.
        var margin = Math.Min(Seconds, closesFromSeconds / 4);
        var idleTimeout = (int)Math.Floor(closesFromSeconds - margin);
        return idleTimeout >= LowestIdleTimeoutSeconds ? idleTimeout : null;
    }
}
