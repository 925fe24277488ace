namespace Weir.EndToEnd.Tests;

/// <summary>A fault that a run has brought about: where and when, and which failures there can be its doing.</summary>
/// <param name="Cause">As `weir diagnose` names causes.</param>
/// <param name="Target">The target that has it, as the explain log names it.</param>
/// <param name="Explains">Whether what the balancer knew of a failure of that target is what this fault does.</param>
internal sealed record InjectedFault(string Cause, string Target, Func<ExplainLine, bool> Explains)
{
    /// <summary>What is in hand when a process dies is cut within this time, on a machine that is busy.</summary>
    private static readonly TimeSpan _aftermath = TimeSpan.FromMilliseconds(300);

    public DateTimeOffset From { get; init; } = DateTimeOffset.MinValue;

    public DateTimeOffset To { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>It lasted for some time only; what happened then and there is its doing, whatever else may be wrong with the target.</summary>
    public bool IsEvent => To < DateTimeOffset.MaxValue;

    /// <summary>Something that began at a moment, and ends now.</summary>
    public static InjectedFault Event(string cause, string target, DateTimeOffset from) =>
        new(cause, target, static line => line.Text("reason") is "target_closed" or "connect_refused")
        {
            From = from,
            To = DateTimeOffset.UtcNow + _aftermath,
        };

    /// <summary>A page that is never answered as it should be.</summary>
    public static InjectedFault OfPage(string cause, string target, string path) =>
        new(cause, target, line => line.Text("url")!.EndsWith(path, StringComparison.Ordinal));

    public bool IsCauseOf(ExplainLine line, DateTimeOffset time) =>
        line.Text("target") == Target && time >= From && time <= To && Explains(line);
}
