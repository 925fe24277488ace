namespace Weir.Diagnosis;

/// <summary>How far a share is from what is expected. Pure.</summary>
internal static class Divergence
{
    /// <summary>
    /// The log-likelihood ratio of "the share is what was seen" to "it is as expected", nats; 0 where no more was seen than
    /// expected. By Chernoff's bound e to its negative is at least the chance of seeing so many.
    /// </summary>
    public static double Excess(double hits, double trials, double expectedShare)
    {
        if (trials <= 0)
        {
            return 0;
        }

        double share = Math.Min(hits / trials, 1);
        double expected = Math.Clamp(expectedShare, 1e-12, 1 - 1e-12);
        return share <= expected
            ? 0
            : trials * (Part(share, expected) + Part(1 - share, 1 - expected));
    }

    /// <summary>
    /// The log-likelihood ratio of "this share has it for a reason, the others by chance" to "all have it by chance", nats:
    /// below 0 where the second fits better.
    /// </summary>
    public static double Of(double hits, double trials, double reasonShare, double chanceShare)
    {
        double chance = Math.Clamp(chanceShare, 1e-12, 1 - 1e-12);
        return (hits * Hit(reasonShare, chance)) + ((trials - hits) * Miss(reasonShare));
    }

    /// <summary>What one that has it adds to <see cref="Of"/>.</summary>
    public static double Hit(double reasonShare, double chanceShare) => Math.Log((reasonShare / chanceShare) + 1 - reasonShare);

    /// <summary>What one that does not have it adds.</summary>
    public static double Miss(double reasonShare) => Math.Log(1 - reasonShare);

    private static double Part(double share, double expected) => share <= 0 ? 0 : share * Math.Log(share / expected);
}
