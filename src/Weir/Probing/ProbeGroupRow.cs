namespace Weir.Probing;

/// <summary>Connections that were closed at about the same age.</summary>
internal sealed record ProbeGroupRow(double FromSeconds, double ToSeconds, int Connections);
