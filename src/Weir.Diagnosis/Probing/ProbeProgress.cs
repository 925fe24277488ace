using System.Globalization;

namespace Weir.Diagnosis.Probing;

/// <summary>What a probe waits for, and how long yet. Immutable.</summary>
/// <param name="What">`the target to close 8 idle connections`.</param>
/// <param name="Elapsed">So far.</param>
/// <param name="Limit">At most.</param>
/// <param name="Closed">Of the connections, how many have ended; null where that says nothing.</param>
public sealed record ProbeProgress(string What, TimeSpan Elapsed, TimeSpan Limit, int? Closed)
{
    public TimeSpan Left => Limit > Elapsed ? Limit - Elapsed : TimeSpan.Zero;

    /// <summary>`waiting for the target to close 8 idle connections: 12 s, at most 55 s to go; 3 closed`.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"waiting for {What}: {Elapsed.TotalSeconds:0} s, at most {Math.Ceiling(Left.TotalSeconds):0} s to go{(Closed is { } count ? $"; {count} closed" : "")}");
}
