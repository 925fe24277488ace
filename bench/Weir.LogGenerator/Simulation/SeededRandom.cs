namespace Weir.LogGenerator.Simulation;

/// <summary>xoshiro256**, seeded by SplitMix64: one seed gives one course on every platform and runtime. Source: Blackman and Vigna, 2018.</summary>
internal sealed class SeededRandom
{
    private ulong _a, _b, _c, _d;

    public SeededRandom(ulong seed)
    {
        _a = Mix(ref seed);
        _b = Mix(ref seed);
        _c = Mix(ref seed);
        _d = Mix(ref seed);
    }

    /// <summary>A stream of its own: what one part of a scenario draws does not shift what another part gets.</summary>
    public SeededRandom Fork() => new(Bits());

    public ulong Bits()
    {
        ulong result = ulong.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = ulong.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>In [0, 1).</summary>
    public double Unit() => (Bits() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double share) => Unit() < share;

    public int Below(int limit) => (int)(Unit() * limit);

    public int Between(int low, int high) => low + Below(high - low + 1);

    public double Between(double low, double high) => low + (Unit() * (high - low));

    /// <summary>Every factor of ten of the range is as likely as every other.</summary>
    public double LogBetween(double low, double high) => low * Math.Pow(high / low, Unit());

    public double Exponential(double mean) => -mean * Math.Log(1 - Unit());

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    public double LogNormal(double median, double sigma) => median * Math.Exp(sigma * Normal());

    public double Pareto(double least, double shape) => least / Math.Pow(1 - Unit(), 1 / shape);

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    private static ulong Mix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
