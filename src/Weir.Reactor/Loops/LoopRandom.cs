using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Weir.Reactor;

/// <summary>
/// The randomness of one loop (xoshiro256**): seeded from the operating system in production and from the run's seed in
/// the simulator, so that a seed reproduces a run. For ids and choices, never for secrets.
/// </summary>
public sealed class LoopRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public LoopRandom(ulong seed)
    {
        // SplitMix64 spreads one word over the state, as the generator's authors advise.
        _a = SplitMix(ref seed);
        _b = SplitMix(ref seed);
        _c = SplitMix(ref seed);
        _d = SplitMix(ref seed);
    }

    public static LoopRandom FromSystem()
    {
        Span<byte> seed = stackalloc byte[8];
        RandomNumberGenerator.Fill(seed);
        return new LoopRandom(BinaryPrimitives.ReadUInt64LittleEndian(seed));
    }

    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Evenly from 0 to <paramref name="exclusiveMax"/> − 1.</summary>
    public int Next(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMax, 1);
        return (int)Math.BigMul(NextUInt64(), (ulong)exclusiveMax, out _);
    }

    /// <summary>From 0 (included) to 1 (excluded).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
