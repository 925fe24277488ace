namespace Weir.Diagnosis.Probing;

/// <summary>How a connection that was left alone ended, and what was said at the end. Immutable.</summary>
/// <param name="End">FIN, RST, or none within the time.</param>
/// <param name="Timestamp">When, as the probe's clock counts.</param>
/// <param name="Bytes">How many bytes came before the end, unasked.</param>
/// <param name="FirstLine">The first line of them, its unprintable characters replaced; empty if there is none.</param>
public sealed record Farewell(ConnectionEnd End, long Timestamp, long Bytes, string FirstLine)
{
    /// <summary>What was said of the end over HTTP/2; null if nothing was.</summary>
    public GoAway? GoAway { get; init; }

    /// <summary>Whether TLS was ended in order (close_notify); null without TLS, and where it did not end.</summary>
    public bool? ClosesTls { get; init; }

    /// <summary>When no more requests could be sent on it: at its end, or at what was said before it.</summary>
    public long EndTimestamp => GoAway?.Timestamp ?? Timestamp;

    /// <summary>The status code of an error page that came with the close, such as 408; null if none came.</summary>
    public int? StatusCode => FirstLine.StartsWith("HTTP/1.", StringComparison.Ordinal)
        && FirstLine.Split(' ') is [_, { Length: 3 } code, ..] && int.TryParse(code, out int number) ? number : null;
}
