namespace Weir.Diagnosis.Servers;

/// <summary>How many requests a server takes on one connection before it closes, and how that is lifted. Immutable; part of a <see cref="ServerProfile"/>.</summary>
/// <param name="Requests">The limit as it comes.</param>
/// <param name="Lifted">The setting as it is written to lift the limit.</param>
/// <param name="Place">Where it goes.</param>
/// <param name="Mark">How well the setting is known.</param>
public sealed record RequestLimit(int Requests, string Lifted, string Place, SourceMark Mark);
