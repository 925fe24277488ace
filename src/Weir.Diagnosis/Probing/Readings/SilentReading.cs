namespace Weir.Diagnosis.Probing;

/// <summary>The connections that never said a word. Immutable.</summary>
public sealed record SilentReading
{
    public static readonly SilentReading NotWaitedFor = new() { Outcome = SilentOutcome.NotWaitedFor };

    public required SilentOutcome Outcome { get; init; }

    /// <summary>From the connection to its end, the earliest of them; where there was none, how long it was watched.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>When it ended, from the probe's begin.</summary>
    public TimeSpan EndedAt { get; init; }

    public ConnectionEnd End { get; init; }

    /// <summary>The first line of what the target said as it closed; empty if it said nothing.</summary>
    public string Farewell { get; init; } = "";

    /// <summary>What the target said of the end over HTTP/2; null if nothing.</summary>
    public GoAway? GoAway { get; init; }

    /// <summary>Of an error page that came with the close, such as 408.</summary>
    public int? StatusCode { get; init; }
}
