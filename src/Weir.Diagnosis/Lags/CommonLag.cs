namespace Weir.Diagnosis.Lags;

/// <summary>A range of lags that more errors have than ordinary requests would.</summary>
/// <param name="FromBin">The first bin of <see cref="LagScale"/>.</param>
/// <param name="ToBin">The bin after the last.</param>
/// <param name="Hits">Errors that have a lag in it.</param>
/// <param name="Errors">Errors looked at.</param>
/// <param name="ExpectedHits">How many ordinary requests in their place would have one.</param>
/// <param name="Evidence">
/// Nats by which "there is a common lag, here" is likelier than "there is none", after the number of places looked at.
/// </param>
/// <param name="LogPrior">The part of <paramref name="Evidence"/> that stands for the number of places.</param>
internal sealed record CommonLag(int FromBin, int ToBin, double Hits, double Errors, double ExpectedHits, double Evidence, double LogPrior)
{
    /// <summary>From here on it is a finding: a hundred to one, though every place was looked at.</summary>
    public const double EvidenceNeeded = 4.6;

    public double LowSeconds => LagScale.StartSeconds(FromBin);

    public double HighSeconds => LagScale.StartSeconds(ToBin);

    public bool IsFound => Evidence >= EvidenceNeeded;

    public double ExpectedShare => Errors > 0 ? ExpectedHits / Errors : 0;
}
