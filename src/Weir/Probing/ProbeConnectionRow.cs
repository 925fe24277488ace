using Weir.Diagnosis.Probing;

namespace Weir.Probing;

/// <summary>One idle connection in the document.</summary>
internal sealed record ProbeConnectionRow(
    int Round, bool AskedForKeepAlive, string Outcome, double Seconds, string End, string LateBytes, int? SaidSeconds, string? Server,
    bool? CloseNotify, string? GoAway, double? GoAwayAheadSeconds)
{
    public static ProbeConnectionRow Of(IdleReading reading) => new(
        reading.Round,
        reading.Asked,
        ProbeDocument.Name(reading.Outcome),
        reading.Age.TotalSeconds,
        ProbeDocument.Name(reading.End),
        ProbeDocument.Name(reading.LateBytes),
        reading.Answer?.TimeoutSeconds,
        reading.Answer?.Server,
        reading.ClosesTls,
        reading.GoAway?.Code,
        reading.GoAwayAhead?.TotalSeconds);
}
