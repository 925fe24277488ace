namespace Weir.Simulation.Balancer;

/// <summary>
/// The bytes of a request's and of a response's body: functions of the request's id and the offset, so that a byte lost,
/// doubled, moved or of another exchange shows wherever it arrives.
/// </summary>
internal static class Payload
{
    // Source: FNV-1a, 64 bits.
    public const ulong EmptyHash = 0xCBF29CE484222325;
    private const ulong HashPrime = 0x100000001B3;
    private const ulong OfResponse = 0x5A5A5A5A5A5A5A5A;

    public static ulong RequestSeed(ulong id) => id;

    public static ulong ResponseSeed(ulong id) => id ^ OfResponse;

    public static void Fill(Span<byte> bytes, ulong seed, long offset)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = At(seed, offset + i);
        }
    }

    /// <summary>Where the bytes first differ from what they should be; -1: nowhere.</summary>
    public static int FirstDifference(ReadOnlySpan<byte> bytes, ulong seed, long offset)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != At(seed, offset + i))
            {
                return i;
            }
        }

        return -1;
    }

    public static ulong Hash(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            hash = (hash ^ b) * HashPrime;
        }

        return hash;
    }

    private static byte At(ulong seed, long offset) => (byte)((((ulong)offset * 0x9E3779B97F4A7C15) ^ seed) * 0xD1B54A32D192ED03 >> 56);
}
