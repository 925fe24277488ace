using System.Globalization;

namespace Weir.Diagnosis.Probing;

/// <summary>What a probe waits for, and how long yet. Immutable.</summary>
/// <param name="Step">Which of its steps, from 1.</param>
/// <param name="Steps">All of them.</param>
/// <param name="What">`8 idle connections`.</param>
/// <param name="Elapsed">So far, of this step.</param>
/// <param name="Left">At most, to the end of the last step.</param>
/// <param name="Closed">Of the connections, how many have ended; null where that says nothing.</param>
public sealed record ProbeProgress(int Step, int Steps, string What, TimeSpan Elapsed, TimeSpan Left, int? Closed)
{
    // Seconds of a longer time tell nobody anything.
    private const int LongestInSeconds = 120;
    private const int SecondsOfMinute = 60;

    /// <summary>`step 3 of 4: 8 idle connections, 3 closed after 12 s; at most 95 s to go`: fits 80 columns.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"step {Step} of {Steps}: {What}, {(Closed is { } count ? $"{count} closed after " : "")}{Elapsed.TotalSeconds:0} s; at most {LeftText} to go");

    private string LeftText => Left.TotalSeconds <= LongestInSeconds
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, Math.Ceiling(Left.TotalSeconds)):0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(Left.TotalSeconds / SecondsOfMinute):0} min");
}
