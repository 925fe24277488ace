namespace Weir.Diagnosis;

/// <summary>When a target closes an idle connection: what it says, and what was measured. Immutable.</summary>
public sealed record IdleClose
{
    /// <summary>What the target answered to each method that is sent: its good answers.</summary>
    public required IReadOnlyDictionary<string, int[]> StatusesByMethod { get; init; }

    /// <summary>Whether any answer left its connection to be used again, by what it said.</summary>
    public required bool KeepsConnections { get; init; }

    /// <summary>From <c>Keep-Alive: timeout=N</c>; null if it says nothing.</summary>
    public required int? SaidSeconds { get; init; }

    /// <summary>It says so only to requests with <c>Connection: keep-alive</c>, which a balancer's need not have.</summary>
    public required bool SaysOnlyWhenAsked { get; init; }

    /// <summary>How long each connection had been idle when its end came, shortest first; empty if none ended.</summary>
    public required TimeSpan[] Ages { get; init; }

    /// <summary>Connections that were still open when the measurement ended.</summary>
    public required int StillOpen { get; init; }

    /// <summary>How long the measurement waited.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>Connections that ended with FIN.</summary>
    public required int Fins { get; init; }

    /// <summary>
    /// Connections that ended with RST. The others of <see cref="Ages"/>, over HTTP/2, with GOAWAY only, the rest being left to the
    /// balancer.
    /// </summary>
    public required int Resets { get; init; }

    /// <summary>Whether bytes that come after the close are answered with RST; false: swallowed; null: not measured.</summary>
    public required bool? ResetsLateBytes { get; init; }

    /// <summary>Of those, over HTTP/2, the connections whose end was announced (GOAWAY); the announcement is their end.</summary>
    public int GoAways { get; init; }

    /// <summary>What most announcements said: `NO_ERROR`; null if there were none.</summary>
    public string? GoAwayCode { get; init; }

    public TimeSpan Median => Ages[Ages.Length / 2];

    public TimeSpan Spread => Ages[^1] - Ages[0];
}
