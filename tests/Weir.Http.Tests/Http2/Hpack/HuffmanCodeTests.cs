using Weir.Http.Http2.Hpack;

namespace Weir.Http.Tests.Http2.Hpack;

/// <summary>RFC 7541 §5.2 and Appendix B.</summary>
public sealed class HuffmanCodeTests
{
    [Fact]
    public void EverySymbol_EncodedThenDecoded_IsTheSame()
    {
        for (int symbol = 0; symbol < 256; symbol++)
        {
            for (int count = 1; count < 12; count++)
            {
                byte[] text = [.. Enumerable.Repeat((byte)symbol, count), (byte)'a', (byte)(255 - symbol)];

                Assert.Equal(text, Decode(Encode(text)));
            }
        }
    }

    // Of each length of code one symbol, from Appendix B.
    [Theory]
    [InlineData('0', "00", 5)]
    [InlineData(' ', "14", 6)]
    [InlineData(':', "5c", 7)]
    [InlineData('X', "fc", 8)]
    [InlineData('!', "3f8", 10)]
    [InlineData('|', "7fc", 11)]
    [InlineData('#', "ffa", 12)]
    [InlineData('\0', "1ff8", 13)]
    [InlineData('^', "3ffc", 14)]
    [InlineData('{', "7ffe", 15)]
    [InlineData('\\', "7fff0", 19)]
    [InlineData('\u0080', "fffe6", 20)]
    [InlineData('\u00b0', "1fffe0", 21)]
    [InlineData('\u0081', "3fffd2", 22)]
    [InlineData('\u0001', "7fffd8", 23)]
    [InlineData('\t', "ffffea", 24)]
    [InlineData('\u00c7', "1ffffec", 25)]
    [InlineData('\u00c0', "3ffffe0", 26)]
    [InlineData('\u00fe', "7fffff0", 27)]
    [InlineData('\u00f9', "ffffffe", 28)]
    [InlineData('\r', "3ffffffd", 30)]
    public void Symbol_OfEachLength_HasItsCode(char symbol, string code, int bits)
    {
        byte[] encoded = Encode([(byte)symbol]);

        Assert.Equal((bits + 7) / 8, encoded.Length);
        ulong value = encoded.Aggregate(0ul, (sum, octet) => (sum << 8) | octet);
        int padding = (encoded.Length * 8) - bits;
        Assert.Equal(Convert.ToUInt64(code, 16), value >> padding);
        Assert.Equal((1ul << padding) - 1, value & ((1ul << padding) - 1));
    }

    [Theory]
    [InlineData("eight bits of padding", "1fff")]
    [InlineData("nothing but padding of eight bits", "ff")]
    [InlineData("padding with a zero", "18")]
    [InlineData("the end-of-string symbol", "ffffffff")]
    [InlineData("the end-of-string symbol within", "07fffffffc")]
    [InlineData("a zero behind a long code", "ffffe0")]
    [InlineData("29 bits of the end-of-string symbol", "07ffffffff")]
    public void String_NotOfTheCode_IsRefused(string row, string hex) =>
        Assert.True(Decode(Convert.FromHexString(hex)) is null, row);

    [Theory]
    [InlineData("", "")]
    [InlineData("07", "0")]
    [InlineData("9bd9ab", "gzip")]
    public void String_OfTheCode_IsDecoded(string hex, string text) =>
        Assert.Equal(Wire.Bytes(text), Decode(Convert.FromHexString(hex)));

    private static byte[] Encode(byte[] text)
    {
        byte[] encoded = new byte[HuffmanCode.EncodedBytes(text)];
        HuffmanCode.Encode(text, encoded);
        return encoded;
    }

    private static byte[]? Decode(byte[] encoded)
    {
        byte[] room = new byte[HuffmanCode.MaxDecodedBytes(encoded.Length)];
        int length = HuffmanCode.Decode(encoded, room);
        return length < 0 ? null : room[..length];
    }
}
