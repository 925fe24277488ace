namespace Weir.Diagnosis.Reports;

/// <summary>When targets close an idle connection, seconds.</summary>
/// <param name="EstimateSeconds">The centre of the close times.</param>
/// <param name="Low">Where the close times begin.</param>
/// <param name="High">Where they end.</param>
/// <param name="ConfidenceLow">95 % interval of the centre.</param>
/// <param name="ConfidenceHigh">95 % interval of the centre.</param>
/// <param name="Servers">Servers that close then, by their defaults; empty if none is known.</param>
public sealed record KeepaliveEstimate(
    double EstimateSeconds, double Low, double High, double ConfidenceLow, double ConfidenceHigh, IReadOnlyList<string> Servers);
