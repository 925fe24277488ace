namespace Weir.Fuzz.Oracles.Tls;

/// <summary>What an input means: the version (its first byte), and alterations of four bytes each.</summary>
internal sealed record TlsScript(int Version, IReadOnlyList<TlsAlteration> ToServer, IReadOnlyList<TlsAlteration> ToClient)
{
    private const int AlterationBytes = 4;

    // In the first byte of an alteration.
    private const byte ToClientBit = 0x80;

    // Of the second and third, which give the place: a course is not longer than this.
    private const int Places = 8192;

    public static TlsScript Of(ReadOnlySpan<byte> input)
    {
        var toServer = new List<TlsAlteration>();
        var toClient = new List<TlsAlteration>();
        for (int at = 1; at + AlterationBytes <= input.Length; at += AlterationBytes)
        {
            int offset = ((input[at + 1] << 8) | input[at + 2]) % Places;
            var kind = (TlsAlterationKind)((input[at] & ~ToClientBit) % (byte)TlsAlterationKind.Count);
            ((input[at] & ToClientBit) == 0 ? toServer : toClient).Add(new TlsAlteration(offset, kind, input[at + 3]));
        }

        return new TlsScript(input.IsEmpty ? 0 : input[0], toServer, toClient);
    }
}
