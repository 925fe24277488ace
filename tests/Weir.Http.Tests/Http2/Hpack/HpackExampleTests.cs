using Weir.Fuzz.Oracles.Http2;
using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;

namespace Weir.Http.Tests.Http2.Hpack;

/// <summary>Every example of RFC 7541 Appendix C, decoded and encoded.</summary>
public sealed class HpackExampleTests
{
    private const string Request1 = ":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\n";
    private const string Request2 = Request1 + "cache-control: no-cache\n";
    private const string Request3 =
        ":method: GET\n:scheme: https\n:path: /index.html\n:authority: www.example.com\ncustom-key: custom-value\n";
    private const string Response1 =
        ":status: 302\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: https://www.example.com\n";
    private const string Response2 =
        ":status: 307\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: https://www.example.com\n";
    private const string Response3 =
        ":status: 200\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:22 GMT\nlocation: https://www.example.com\n"
        + "content-encoding: gzip\nset-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1\n";

    // Blocks of one connection each, what they say, and the size of the table after them.
    public static TheoryData<string, bool, int, string[], string[], int[]> Connections => new()
    {
        {
            "C.3", false, 4096,
            ["828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865",
                "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565"],
            [Request1, Request2, Request3], [57, 110, 164]
        },
        {
            "C.4", true, 4096,
            ["828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf",
                "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"],
            [Request1, Request2, Request3], [57, 110, 164]
        },
        {
            "C.5", false, 256,
            ["4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54"
                + "6e1768747470733a2f2f7777772e6578616d706c652e636f6d",
                "4803333037c1c0bf",
                "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d"
                + "4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b20766572"
                + "73696f6e3d31"],
            [Response1, Response2, Response3], [222, 222, 215]
        },
        {
            "C.6", true, 256,
            ["488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
                "4883640effc1c0bf",
                "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdf"
                + "cd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"],
            [Response1, Response2, Response3], [222, 222, 215]
        },
    };

    [Theory]
    [InlineData("C.1.1", 10, 5, "0a")]
    [InlineData("C.1.2", 1337, 5, "1f9a0a")]
    [InlineData("C.1.3", 42, 8, "2a")]
    [InlineData("exactly the prefix", 31, 5, "1f00")]
    [InlineData("the largest read", 0x0FFFFFFF + 31, 5, "1fffffff7f")]
    public void Integer_OfTheExample_IsReadAndWritten(string row, int value, int prefixBits, string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        int at = 0;

        Assert.True(HpackIntegers.Read(bytes, prefixBits, ref at, out int read) == HpackStatus.Complete, row);
        Assert.Equal((value, bytes.Length), (read, at));
        byte[] room = new byte[HpackIntegers.MaxBytes];
        Assert.Equal(bytes, room[..HpackIntegers.Write(value, prefixBits, 0, room)]);
    }

    [Theory]
    [InlineData("C.2.1", "400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key: custom-header\n", 55)]
    [InlineData("C.2.2", "040c2f73616d706c652f70617468", ":path: /sample/path\n", 0)]
    [InlineData("C.2.3", "100870617373776f726406736563726574", "password: secret (never)\n", 0)]
    [InlineData("C.2.4", "82", ":method: GET\n", 0)]
    public void Field_OfTheExample_IsDecoded(string row, string hex, string text, int tableBytes)
    {
        HpackDecoder decoder = new();
        FieldBlocks blocks = new(decoder, new FieldSection());

        Assert.True(blocks.Feed(Convert.FromHexString(hex), isLast: true) == HpackStatus.Complete, row);
        Assert.Equal(text, blocks.Text());
        Assert.Equal(tableBytes, decoder.TableBytes);
    }

    [Theory]
    [InlineData("C.2.1", "custom-key", "custom-header", HpackIndexing.Incremental, "400a637573746f6d2d6b65790d637573746f6d2d686561646572")]
    [InlineData("C.2.2", ":path", "/sample/path", HpackIndexing.Without, "040c2f73616d706c652f70617468")]
    [InlineData("C.2.3", "password", "secret", HpackIndexing.Never, "100870617373776f726406736563726574")]
    [InlineData("C.2.4", ":method", "GET", HpackIndexing.Incremental, "82")]
    public void Field_OfTheExample_IsEncoded(string row, string name, string value, HpackIndexing indexing, string hex)
    {
        byte[] room = new byte[100];
        FieldBlockWriter writer = new(new HpackEncoder { UsesHuffman = false }, room);

        Assert.True(writer.TryAppend(Wire.Bytes(name), Wire.Bytes(value), indexing), row);
        Assert.Equal(hex, Convert.ToHexStringLower(writer.Written));
    }

    [Theory]
    [MemberData(nameof(Connections))]
    public void Blocks_OfTheExample_AreDecoded(
        string row, bool huffman, int limitBytes, string[] hex, string[] texts, int[] tableBytes)
    {
        for (int pieceBytes = 1; pieceBytes < 120; pieceBytes++)
        {
            HpackDecoder decoder = new();
            FieldBlocks blocks = new(decoder, new FieldSection());
            Limit(decoder, blocks, limitBytes);
            for (int block = 0; block < hex.Length; block++)
            {
                HpackStatus status = blocks.Feed(Convert.FromHexString(hex[block]), pieceBytes);

                Assert.True(status == HpackStatus.Complete, $"{row}.{block + 1}, Huffman {huffman}: {decoder.Fault}");
                Assert.Equal(texts[block], blocks.Text());
                Assert.Equal(tableBytes[block], decoder.TableBytes);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Connections))]
    public void Blocks_OfTheExample_AreEncoded(
        string row, bool huffman, int limitBytes, string[] hex, string[] texts, int[] tableBytes)
    {
        HpackEncoder encoder = new() { UsesHuffman = huffman };
        encoder.ApplyPeerLimit((uint)limitBytes);
        for (int block = 0; block < hex.Length; block++)
        {
            FieldBlockWriter writer = new(encoder, new byte[400]);
            foreach (string line in texts[block].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                int colon = line.IndexOf(": ", StringComparison.Ordinal);
                Assert.True(writer.TryAppend(
                    Wire.Bytes(line[..colon]), Wire.Bytes(line[(colon + 2)..]), HpackIndexing.Incremental));
            }

            // The examples do not show how the limit of 256 became known.
            string size = block == 0 && limitBytes == 256 ? "3fe101" : "";
            Assert.True(size + hex[block] == Convert.ToHexStringLower(writer.Written), $"{row}.{block + 1}");
            Assert.Equal(tableBytes[block], encoder.TableBytes);
        }
    }

    private static void Limit(HpackDecoder decoder, FieldBlocks blocks, int limitBytes)
    {
        if (limitBytes < Http2Limits.HeaderTableBytes)
        {
            decoder.ApplyLimit(limitBytes);
            Assert.Equal(HpackStatus.Complete, blocks.Feed([0x3F, 0xE1, 0x01], isLast: true));
        }
    }
}
