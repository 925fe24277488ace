using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Causes;

/// <summary>
/// How long the balancer waited before it made its 504s: the idle timeout shows in them. Owned by the book of requests; bounded.
/// </summary>
internal sealed class SilenceTimes
{
    /// <summary>Times kept, the first ones: more show nothing else.</summary>
    public const int MaxTimes = 10_000;

    /// <summary>Fewer are no pattern.</summary>
    public const int LeastTimes = 5;

    // Nearly all of them end within a coarse timer's second after the timeout.
    private const double MostlyShare = 0.8;
    private const int SpreadMilliseconds = 900;

    // What rounding takes away from a whole number of seconds, in which the setting is given.
    private const int RoundingMilliseconds = 20;

    // Source: ALB user guide, load balancer attributes.
    private const int LeastSeconds = 1, MostSeconds = 4_000;

    private readonly List<int> _times = [];

    /// <param name="milliseconds">From dispatch, or from the arrival of what was never sent.</param>
    /// <param name="isSent">Whether the request went to the target: what did not may have waited for a connection.</param>
    public void Add(int milliseconds, bool isSent)
    {
        if (_times.Count < MaxTimes && (isSent || !LineRules.IsConnectLimit(milliseconds)))
        {
            _times.Add(milliseconds);
        }
    }

    /// <summary>The time that they have in common, seconds, and the whole seconds of a setting that makes it; null where they have none.</summary>
    public (double MedianSeconds, int SettingSeconds)? Common()
    {
        if (_times.Count < LeastTimes)
        {
            return null;
        }

        int[] sorted = [.. _times.Order()];
        int median = sorted[sorted.Length / 2];
        int setting = (median + RoundingMilliseconds) / 1000;
        int near = sorted.Count(time => Math.Abs(time - (setting * 1000)) <= SpreadMilliseconds);
        return near >= MostlyShare * sorted.Length && setting is >= LeastSeconds and <= MostSeconds ? (median / 1000.0, setting) : null;
    }

    /// <summary>The idle timeout to reckon with: as it was given, or else as the 504s show it.</summary>
    public IdleTimeout Judge(IdleTimeout stated) =>
        stated.IsAssumed && Common() is { } common ? new IdleTimeout(common.SettingSeconds, IdleTimeout.OfLog) : stated;

    /// <summary>What a reader should know of how the idle timeout was found, or of 504s that contradict it; null where nothing.</summary>
    public string? Remark(IdleTimeout stated) => Common() is not { } common || Math.Abs(common.SettingSeconds - stated.Seconds) < 1 ? null
        : stated.IsAssumed
            ? $"504s come after {common.MedianSeconds:0.0} s, so the idle timeout is taken as {common.SettingSeconds} s; if it is another, --idle-timeout says so."
            : $"504s come after {common.MedianSeconds:0.0} s, but the idle timeout is {stated.Seconds:0.###} s {(stated.Source == IdleTimeout.OfFlag ? "as it was given" : "as the load balancer has it now")}: "
                + "one of them is of another time, or of another load balancer. The report reckons with what was given.";
}
