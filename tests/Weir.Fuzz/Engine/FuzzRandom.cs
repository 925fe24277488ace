namespace Weir.Fuzz.Engine;

/// <summary>
/// The randomness of one run, the same for a seed on every machine and version (SplitMix64). Owned by whoever made it.
/// </summary>
internal sealed class FuzzRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong bits = _state;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>From 0 up to and without <paramref name="bound"/>; 0 if there is nothing to choose from.</summary>
    public int Next(int bound) => bound <= 1 ? 0 : (int)(NextBits() % (uint)bound);
}
