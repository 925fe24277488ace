namespace Weir.Diagnosis.Probing;

/// <summary>How a connection that was left alone ended, and what was said at the end. Immutable.</summary>
/// <param name="End">FIN, RST, or none within the time.</param>
/// <param name="Timestamp">When, as the probe's clock counts.</param>
/// <param name="Bytes">How many bytes came before the end, unasked.</param>
/// <param name="FirstLine">The first line of them, its unprintable characters replaced; empty if there is none.</param>
public sealed record Farewell(ConnectionEnd End, long Timestamp, long Bytes, string FirstLine)
{
    /// <summary>The status code of an error page that came with the close, such as 408; null if none came.</summary>
    public int? StatusCode => FirstLine.StartsWith("HTTP/1.", StringComparison.Ordinal)
        && FirstLine.Split(' ') is [_, { Length: 3 } code, ..] && int.TryParse(code, out int number) ? number : null;
}
