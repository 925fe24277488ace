using Weir.Fuzz.Oracles.Http2;
using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;

namespace Weir.Http.Tests.Http2.Hpack;

public sealed class HpackEncoderTests
{
    [Theory]
    [InlineData("set-cookie")]
    [InlineData("Authorization")]
    [InlineData("Proxy-Authorization")]
    [InlineData("cookie")]
    public void Secret_Repeated_IsNeverIndexed(string name)
    {
        // RFC 7541 §7.1.3.
        HpackEncoder encoder = new();
        FieldBlocks blocks = new(new HpackDecoder(), new FieldSection());
        for (int block = 0; block < 2; block++)
        {
            FieldBlockWriter writer = new(encoder, new byte[100]);
            Assert.True(writer.TryAppend(Wire.Bytes(name), "a=b"u8));

            Assert.Equal(HpackStatus.Complete, blocks.Feed(writer.Written, isLast: true));
            Assert.Equal($"{name.ToLowerInvariant()}: a=b (never)\n", blocks.Text());
        }

        Assert.Equal(0, encoder.TableCount);
    }

    // RFC 7541 §6.2.3: an intermediary keeps that representation.
    [Fact]
    public void Field_ThatCameNeverIndexed_GoesOnSo()
    {
        FieldBlocks came = new(new HpackDecoder(), new FieldSection());
        Assert.Equal(HpackStatus.Complete, came.Feed(Convert.FromHexString("1001780179"), isLast: true));
        FieldBlockWriter writer = new(new HpackEncoder(), new byte[100]);

        Assert.True(writer.TryAppend(came.Section.Name(0), came.Section[0], came.Section.Value(0)));

        Assert.Equal(0x10, writer.Written[0] & 0xF0);
    }

    [Theory]
    [InlineData("Content-Type", "text/html", true)]
    [InlineData("server", "Example", true)]
    [InlineData("content-length", "5", false)]
    [InlineData("etag", "\"x\"", false)]
    [InlineData("x-request-id", "1", false)]
    [InlineData(":authority", "example.com", true)]
    [InlineData(":path", "/x", false)]
    public void Field_Repeated_IsIndexedIfItRecurs(string name, string value, bool indexed)
    {
        HpackEncoder encoder = new();
        FieldBlockWriter writer = new(encoder, new byte[200]);
        Assert.True(writer.TryAppend(Wire.Bytes(name), Wire.Bytes(value)));
        int first = writer.Length;
        Assert.True(writer.TryAppend(Wire.Bytes(name), Wire.Bytes(value)));

        Assert.Equal(indexed ? 1 : first, writer.Length - first);
    }

    [Theory]
    [InlineData(200, "88")]
    [InlineData(404, "8d")]
    public void Status_OfTheStaticTable_IsOneByte(int statusCode, string hex)
    {
        FieldBlockWriter writer = new(new HpackEncoder(), new byte[64]);

        Assert.True(writer.TryAppendStatus(statusCode));

        Assert.Equal(hex, Convert.ToHexStringLower(writer.Written));
    }

    // RFC 7541 §4.2: of several changes the smallest is said, and the last.
    [Theory]
    [InlineData(new uint[] { 0 }, "20")]
    [InlineData(new uint[] { 100 }, "3f45")]
    [InlineData(new uint[] { 0, 100 }, "203f45")]
    [InlineData(new uint[] { 100, 0 }, "20")]
    [InlineData(new uint[] { 0, 4096 }, "203fe11f")]
    [InlineData(new uint[] { 4096 }, "")]
    [InlineData(new uint[] { uint.MaxValue }, "")]
    public void PeerLimit_Changed_IsSaidAtTheStart(uint[] limits, string hex)
    {
        HpackEncoder encoder = new();
        foreach (uint limit in limits)
        {
            encoder.ApplyPeerLimit(limit);
        }

        FieldBlockWriter writer = new(encoder, new byte[64]);
        Assert.True(writer.TryAppendStatus(200));
        Assert.Equal(hex + "88", Convert.ToHexStringLower(writer.Written));
        FieldBlockWriter next = new(encoder, new byte[64]);
        Assert.True(next.TryAppendStatus(200));
        Assert.Equal("88", Convert.ToHexStringLower(next.Written));
    }

    [Fact]
    public void Field_ThatDoesNotFit_HasNoEffectAndGoesOnInALargerBuffer()
    {
        HpackEncoder encoder = new();
        encoder.ApplyPeerLimit(0);
        encoder.ApplyPeerLimit(4096);
        FieldBlockWriter writer = new(encoder, new byte[8]);
        int attempts = 1;
        while (!writer.TryAppend("Server"u8, "some server"u8))
        {
            Assert.Equal(0, encoder.TableCount);
            writer.Move(new byte[++attempts * 8]);
        }

        Assert.True(attempts > 1);
        FieldBlocks blocks = new(new HpackDecoder(), new FieldSection());
        Assert.Equal(HpackStatus.Complete, blocks.Feed(writer.Written, isLast: true));
        Assert.Equal("server: some server\n", blocks.Text());
    }

    [Fact]
    public void EveryStaticField_Encoded_IsItsIndex()
    {
        for (int index = 1; index <= StaticTable.Count; index++)
        {
            FieldBlockWriter writer = new(new HpackEncoder(), new byte[200]);

            Assert.True(writer.TryAppend(StaticTable.Name(index), StaticTable.Value(index), HpackIndexing.Without));

            Assert.Equal([(byte)(0x80 | index)], writer.Written.ToArray());
        }
    }
}
