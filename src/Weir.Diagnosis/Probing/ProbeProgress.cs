using System.Globalization;

namespace Weir.Diagnosis.Probing;

/// <summary>What a probe waits for, and how long yet. Immutable.</summary>
/// <param name="What">`8 idle connections`.</param>
/// <param name="Elapsed">So far.</param>
/// <param name="Limit">At most.</param>
/// <param name="Closed">Of the connections, how many have ended; null where that says nothing.</param>
public sealed record ProbeProgress(string What, TimeSpan Elapsed, TimeSpan Limit, int? Closed)
{
    public TimeSpan Left => Limit > Elapsed ? Limit - Elapsed : TimeSpan.Zero;

    /// <summary>`8 idle connections: 3 closed after 12 s, at most 55 s to go`: fits 80 columns.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{What}: {(Closed is { } count ? $"{count} closed after " : "")}{Elapsed.TotalSeconds:0} s, at most {Math.Ceiling(Left.TotalSeconds):0} s to go");
}
