using System.Globalization;

namespace Weir.Simulation.Race;

/// <summary>How many races there were on one day or many, and between which numbers the formula expects them.</summary>
internal readonly record struct RaceTally(long Counted, double Least, double Most)
{
    // What the formula leaves out, relative to what it gives. Stated and explained in docs/race.md.
    private const double FormulaError = 0.03;

    // A day in so many thousand is further from its expectation than this.
    private const double AllowedSigmas = 4;

    /// <summary>Further from what is expected than four standard deviations of a count of rare events, and the formula's own error.</summary>
    public bool IsOff => Counted < Least - Tolerance(Least) || Counted > Most + Tolerance(Most);

    /// <summary>Of the count from what is expected, relative to that.</summary>
    public double Deviation => (Counted / Most) - 1;

    public static RaceTally operator +(RaceTally left, RaceTally right) =>
        new(left.Counted + right.Counted, left.Least + right.Least, left.Most + right.Most);

    public static RaceTally Add(RaceTally left, RaceTally right) => left + right;

    public override string ToString() => Least == Most
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted} races, expected {Most:F1} ({Deviation:+0.0%;-0.0%}, allowed {Tolerance(Most) / Most:0.0%})")
        : string.Create(CultureInfo.InvariantCulture, $"{Counted} races or near misses, expected {Least:F1} to {Most:F1}");

    private static double Tolerance(double expected) => (AllowedSigmas * Math.Sqrt(expected)) + (FormulaError * expected);
}
