namespace Weir.Simulation.Echo;

/// <summary>
/// The bytes of each client's stream: a function of the client and the offset, so that a byte lost, doubled, moved or
/// of another connection shows wherever it arrives.
/// </summary>
internal static class EchoPattern
{
    public static void Fill(Span<byte> bytes, int client, long offset)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = At(client, offset + i);
        }
    }

    /// <summary>Where the bytes first differ from the pattern; -1: nowhere.</summary>
    public static int FirstDifference(ReadOnlySpan<byte> bytes, int client, long offset)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != At(client, offset + i))
            {
                return i;
            }
        }

        return -1;
    }

    private static byte At(int client, long offset) =>
        (byte)((((ulong)offset + ((ulong)client << 20)) * 0x9E3779B97F4A7C15) >> 56);
}
