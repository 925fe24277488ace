namespace Weir.Fuzz.Engine;

/// <summary>Takes away from an input all that its fault does not need.</summary>
internal static class Minimizer
{
    public static byte[] Minimize(byte[] input, Func<byte[], bool> stillFails)
    {
        for (int piece = Math.Max(1, input.Length / 2); piece > 0; piece /= 2)
        {
            for (int at = 0; at + piece <= input.Length;)
            {
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(at + piece)];
                if (stillFails(shorter))
                {
                    input = shorter;
                }
                else
                {
                    at += piece;
                }
            }
        }

        return input;
    }
}
