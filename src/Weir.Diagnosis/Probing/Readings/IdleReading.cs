namespace Weir.Diagnosis.Probing;

/// <summary>One connection that was left idle after an answer. Immutable.</summary>
public sealed record IdleReading
{
    /// <summary>From 1.</summary>
    public required int Round { get; init; }

    /// <summary>Whether its request said <c>Connection: keep-alive</c> in so many words.</summary>
    public required bool Asked { get; init; }

    public required IdleOutcome Outcome { get; init; }

    /// <summary>From the answer's last byte to the end, or to what was said of it before; where there was none, how long it was watched.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>When it ended, from the probe's begin; where it did not, when it was last seen.</summary>
    public TimeSpan EndedAt { get; init; }

    public ConnectionEnd End { get; init; }

    public LateByteAnswer LateBytes { get; init; }

    /// <summary>Whether TLS was ended in order (close_notify) before that; null without TLS, and where it did not end.</summary>
    public bool? ClosesTls { get; init; }

    /// <summary>What was said of the end over HTTP/2; null if nothing was.</summary>
    public GoAway? GoAway { get; init; }

    /// <summary>How long before the end that was said; null if it was not, or if there was no end.</summary>
    public TimeSpan? GoAwayAhead { get; init; }

    /// <summary>What the target said unasked, most often as it closed; empty if it said nothing.</summary>
    public string Farewell { get; init; } = "";

    /// <summary>Null if there was none.</summary>
    public ProbeAnswer? Answer { get; init; }
}
