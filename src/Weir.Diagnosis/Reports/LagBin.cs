namespace Weir.Diagnosis.Reports;

/// <summary>Requests that came this long after an earlier answer, and how many of them met the error.</summary>
/// <param name="FromSeconds">Where the bin begins.</param>
/// <param name="ToSeconds">Where it ends.</param>
/// <param name="Errors">Errors with such a lag.</param>
/// <param name="Expected">How many would be there by chance.</param>
/// <param name="Requests">Requests with such a lag.</param>
public sealed record LagBin(double FromSeconds, double ToSeconds, double Errors, double Expected, double Requests);
