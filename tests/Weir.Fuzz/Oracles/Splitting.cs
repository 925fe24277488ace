using Weir.Fuzz.Engine;

namespace Weir.Fuzz.Oracles;

/// <summary>The rule that the pieces in which bytes come in change nothing.</summary>
internal static class Splitting
{
    /// <summary>
    /// Feeds <paramref name="input"/> whole, byte by byte, and in some other pieces that follow from its content; null if
    /// all agree and no rule was broken on the way.
    /// </summary>
    public static string? Check(byte[] input, Func<IConversation> create)
    {
        IConversation whole = create();
        whole.Feed(input);
        if (whole.Fault is { } fault)
        {
            return fault;
        }

        ulong seed = 0;
        foreach (byte value in input)
        {
            seed = (seed * 31) + value;
        }

        // Byte by byte moves the buffer at every byte: quadratic here, so only for inputs that are short.
        return (input.Length <= 400 ? CheckPieces(input, create, whole.Log, static () => 1) : null)
            ?? CheckRandomPieces(input, create, whole.Log, new FuzzRandom(seed), 1 + (input.Length / 4))
            ?? CheckRandomPieces(input, create, whole.Log, new FuzzRandom(seed + 1), 64);
    }

    private static string? CheckRandomPieces(
        byte[] input, Func<IConversation> create, string expected, FuzzRandom random, int maxPiece) =>
        CheckPieces(input, create, expected, () => 1 + random.Next(maxPiece));

    private static string? CheckPieces(
        byte[] input, Func<IConversation> create, string expected, Func<int> nextPiece)
    {
        IConversation reader = create();
        for (int at = 0; at < input.Length;)
        {
            int piece = Math.Min(nextPiece(), input.Length - at);
            reader.Feed(input.AsSpan(at, piece));
            at += piece;
        }

        if (reader.Fault is { } fault)
        {
            return fault;
        }

        return reader.Log == expected ? null : $"in pieces:\n{reader.Log}\nwhole:\n{expected}";
    }
}
