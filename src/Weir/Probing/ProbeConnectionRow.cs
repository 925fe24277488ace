using Weir.Diagnosis.Probing;

namespace Weir.Probing;

/// <summary>One idle connection in the document.</summary>
internal sealed record ProbeConnectionRow(
    int Round, bool AskedForKeepAlive, string Outcome, double Seconds, string End, string LateBytes, int? SaidSeconds, string? Server)
{
    public static ProbeConnectionRow Of(IdleReading reading) => new(
        reading.Round,
        reading.Asked,
        ProbeDocument.Name(reading.Outcome),
        reading.Age.TotalSeconds,
        ProbeDocument.Name(reading.End),
        ProbeDocument.Name(reading.LateBytes),
        reading.Answer?.TimeoutSeconds,
        reading.Answer?.Server);
}
