using Weir.Fuzz.Oracles.Http2;
using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;

namespace Weir.Http.Tests.Http2.Hpack;

/// <summary>What RFC 7541 forbids, and what the limits are for.</summary>
public sealed class HpackDecoderTests
{
    [Theory]
    [InlineData("§6.1 index 0", "80", HpackFault.InvalidIndex)]
    [InlineData("§2.3.3 beyond both tables", "be", HpackFault.InvalidIndex)]
    [InlineData("§2.3.3 a name beyond both tables", "7e0161", HpackFault.InvalidIndex)]
    [InlineData("§2.3.3 one entry, the second asked for", "4001610162bf", HpackFault.InvalidIndex)]
    [InlineData("§5.1 too large", "ffffffffff7f", HpackFault.IntegerTooLarge)]
    [InlineData("§5.1 zeros without end", "ff8080808000", HpackFault.IntegerTooLarge)]
    [InlineData("§5.1 a length too large", "007fffffffff00", HpackFault.IntegerTooLarge)]
    [InlineData("§5.2 padding of eight bits", "00821fff0161", HpackFault.InvalidHuffman)]
    [InlineData("§5.2 padding with zeros, in a value", "0001618118", HpackFault.InvalidHuffman)]
    [InlineData("§5.2 end-of-string symbol", "00016184ffffffff", HpackFault.InvalidHuffman)]
    [InlineData("§6.3 a size over the limit", "3fe21f", HpackFault.TableSizeTooLarge)]
    [InlineData("§6.3 a size over all numbers", "3fffffffffff7f", HpackFault.TableSizeTooLarge)]
    [InlineData("§4.2 a size after a field", "8220", HpackFault.TableSizeAfterField)]
    [InlineData("a name without a value", "000161", HpackFault.Truncated)]
    [InlineData("half an integer", "ff80", HpackFault.Truncated)]
    [InlineData("half a string", "00026101", HpackFault.Truncated)]
    [InlineData("ALB: a field over 8 K", "0001617fa23f", HpackFault.FieldTooLarge)]
    public void Block_AgainstTheRules_IsNamed(string row, string hex, HpackFault fault)
    {
        byte[] block = Convert.FromHexString(hex);
        for (int pieceBytes = 1; pieceBytes <= block.Length; pieceBytes++)
        {
            HpackDecoder decoder = new();
            FieldBlocks blocks = new(decoder, new FieldSection());

            Assert.True(blocks.Feed(block, pieceBytes) == HpackStatus.Failed, row);
            Assert.Equal(fault, decoder.Fault);
            Assert.Equal(HpackStatus.Failed, blocks.Feed([0x82], isLast: true));
        }
    }

    // RFC 9113 §4.3.1: after a reduction was acknowledged, the next block begins with a size under it.
    [Theory]
    [InlineData("no size", "82", HpackFault.TableSizeMissing)]
    [InlineData("no size and no field", "", HpackFault.TableSizeMissing)]
    [InlineData("a size over the limit", "3f46", HpackFault.TableSizeTooLarge)]
    [InlineData("the size", "3f4582", HpackFault.None)]
    [InlineData("0, then the size", "203f4582", HpackFault.None)]
    public void Block_AfterALowerLimit_BeginsWithASize(string row, string hex, HpackFault fault)
    {
        HpackDecoder decoder = new();
        decoder.ApplyLimit(100);

        HpackStatus status = new FieldBlocks(decoder, new FieldSection()).Feed(Convert.FromHexString(hex), isLast: true);

        Assert.True(fault == decoder.Fault, row);
        Assert.Equal(fault == HpackFault.None ? HpackStatus.Complete : HpackStatus.Failed, status);
    }

    [Fact]
    public void Limit_RaisedAndLowered_ReachesTheTable()
    {
        HpackDecoder decoder = new(8192);
        decoder.ApplyLimit(8192);
        FieldBlocks blocks = new(decoder, new FieldSection());
        byte[] field = [0x40, 0x01, (byte)'a', 0x01, (byte)'b'];

        // 5 + 8192 - 5 - 31 in seven bits each: a size of 8192.
        Assert.Equal(HpackStatus.Complete, blocks.Feed([0x3F, 0xE1, 0x3F, .. field, .. field], isLast: true));
        Assert.Equal(68, decoder.TableBytes);
        Assert.Equal(HpackStatus.Complete, blocks.Feed([0x20], isLast: true));
        Assert.Equal((0, 0), (decoder.TableBytes, decoder.TableCount));
    }

    [Fact]
    public void Entry_LargerThanTheTable_EmptiesIt()
    {
        HpackDecoder decoder = new();
        FieldBlocks blocks = new(decoder, new FieldSection());
        Assert.Equal(HpackStatus.Complete, blocks.Feed([0x40, 0x01, (byte)'a', 0x01, (byte)'b'], isLast: true));
        byte[] large = [0x40, 0x01, (byte)'a', 0x7F, 0x81, 0x1F, .. Enumerable.Repeat((byte)'v', 4096)];

        Assert.Equal(HpackStatus.Complete, blocks.Feed(large, isLast: true));

        Assert.Equal(4096, blocks.Section[0].ValueLength);
        Assert.Equal((0, 0), (decoder.TableBytes, decoder.TableCount));
    }

    // RFC 7541 §4.4: the name may be that of an entry which its own addition drops.
    [Fact]
    public void Entry_NamedByTheOneItDrops_KeepsTheName()
    {
        HpackDecoder decoder = new();
        FieldBlocks blocks = new(decoder, new FieldSection());
        byte[] value = [0x7F, 0xC1, 0x1E, .. Enumerable.Repeat((byte)'v', 4032)];
        Assert.Equal(HpackStatus.Complete, blocks.Feed([0x40, 0x02, (byte)'n', (byte)'m', .. value], isLast: true));

        Assert.Equal(HpackStatus.Complete, blocks.Feed([0x7E, .. value], isLast: true));
        Assert.Equal(HpackStatus.Complete, blocks.Feed([0xBE], isLast: true));

        Assert.Equal($"nm: {new string('v', 4032)}\n", blocks.Text());
        Assert.Equal(1, decoder.TableCount);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void FieldCount_AroundItsLimit_IsTooLargeAbove(int over, bool tooLarge)
    {
        FieldBlocks blocks = new(new HpackDecoder(), new FieldSection(maxFields: 10));

        Assert.Equal(HpackStatus.Complete, blocks.Feed([.. Enumerable.Repeat((byte)0x82, 10 + over)], isLast: true));

        Assert.Equal(tooLarge, blocks.Section.IsTooLarge);
        Assert.Equal(tooLarge ? 0 : 10, blocks.Section.Count);
    }

    // RFC 9113 §6.5.2: names, values, and 32 bytes a field.
    [Theory]
    [InlineData(0, false)]
    [InlineData(-1, true)]
    public void SectionSize_AroundItsLimit_IsTooLargeAbove(int more, bool tooLarge)
    {
        FieldBlocks blocks = new(new HpackDecoder(), new FieldSection(maxBytes: (2 * (7 + 3 + 32)) + more));

        Assert.Equal(HpackStatus.Complete, blocks.Feed([0x82, 0x82], isLast: true));

        Assert.Equal(tooLarge, blocks.Section.IsTooLarge);
    }

    // A bomb: an entry as large as the table, named over and over by one byte each.
    [Fact]
    public void Bomb_OfIndexedFields_CostsNoMoreThanTheLimits()
    {
        HpackDecoder decoder = new();
        FieldBlocks blocks = new(decoder, new FieldSection());
        byte[] entry = [0x40, 0x01, (byte)'a', 0x7F, 0xDE, 0x1E, .. Enumerable.Repeat((byte)'v', 4061)];
        byte[] bomb = [.. entry, .. Enumerable.Repeat((byte)0xBE, 1_000_000)];

        Assert.Equal(HpackStatus.Complete, blocks.Feed(bomb, 16 * 1024));

        Assert.True(blocks.Section.IsTooLarge);
        Assert.Equal(1, decoder.TableCount);
        Assert.InRange(blocks.LargestBufferBytes, 1, 2 * Http2Limits.FieldSectionBytes);
    }

    // What is dropped still changes the table: later blocks refer to it.
    [Fact]
    public void Fields_BeyondTheLimit_StillEnterTheTable()
    {
        HpackDecoder decoder = new();
        FieldBlocks blocks = new(decoder, new FieldSection(maxFields: 1));
        byte[] first = [0x40, 0x01, (byte)'a', 0x01, (byte)'b', 0x40, 0x81, 0x1F, 0x81, 0x27];

        Assert.Equal(HpackStatus.Complete, blocks.Feed(first, isLast: true));
        Assert.True(blocks.Section.IsTooLarge);
        Assert.Equal(HpackStatus.Complete, blocks.Feed([0xBE], isLast: true));

        Assert.Equal("a: c\n", blocks.Text());
    }
}
