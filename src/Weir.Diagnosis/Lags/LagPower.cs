namespace Weir.Diagnosis.Lags;

/// <summary>How many errors it takes to show the lag that they have in common: more where more answers lie at every lag by chance. Pure.</summary>
internal static class LagPower
{
    /// <summary>How exactly the target keeps its time, as supposed here; one that looks once a second needs more errors.</summary>
    public const double WindowSeconds = 0.02;

    // Nats that a common lag needs, with the price of having looked everywhere.
    private const double NatsToLocate = 16;

    // So busy, and a request has every lag.
    private const double MostChance = 0.9999;

    /// <param name="answersPerSecond">Of one target to one node.</param>
    public static int ErrorsToLocate(double answersPerSecond)
    {
        double chance = 1 - Math.Exp(-Math.Max(answersPerSecond, 0.001) * WindowSeconds * LagScan.Caution);
        return (int)Math.Ceiling(NatsToLocate / -Math.Log(Math.Min(chance, MostChance)));
    }
}
