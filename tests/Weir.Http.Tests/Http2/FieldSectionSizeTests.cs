using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;

namespace Weir.Http.Tests.Http2;

/// <summary>The size of a section, which is known before it is encoded.</summary>
public sealed class FieldSectionSizeTests
{
    [Fact]
    public void Size_IsWhatAReceiverCounts()
    {
        var size = new FieldSectionSize();
        var block = new FieldBlockWriter(new HpackEncoder(), new byte[1024]);
        AppendTo(ref size);
        AppendTo(ref block);
        var section = new FieldSection();
        section.Begin(new byte[1024]);
        Assert.Equal(HpackStatus.Complete, new HpackDecoder().Decode(block.Written, isLast: true, section, out _));
        Assert.Equal(section.SizeBytes, size.Bytes);
        // Source: RFC 9113 §6.5.2.
        Assert.Equal((7 + 3 + 32) + (3 + 0 + 32) + (6 + 3 + 32), size.Bytes);
    }

    // Whatever is in them: these have no code that is shorter than themselves.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(20, 200)]
    [InlineData(300, 70_000)]
    public void Block_OfASection_FitsItsSizeWithTheLongestNameOnceMore(int nameBytes, int valueBytes)
    {
        byte[] name = [.. Enumerable.Repeat((byte)'~', nameBytes)];
        byte[] value = [.. Enumerable.Repeat((byte)0xff, valueBytes)];
        var size = new FieldSectionSize();
        for (int i = 0; i < 3; i++)
        {
            size.TryAppend(name, value);
        }

        var encoder = new HpackEncoder();
        encoder.ApplyPeerLimit(0);
        encoder.ApplyPeerLimit(4096);
        var block = new FieldBlockWriter(encoder, new byte[size.Bytes + nameBytes]);
        Assert.True(block.TryAppend(name, value) && block.TryAppend(name, value) && block.TryAppend(name, value));
        Assert.InRange(block.Length, 1, size.Bytes);
    }

    private static void AppendTo<TSink>(ref TSink sink)
        where TSink : struct, IFieldSink, allows ref struct =>
        Assert.True(sink.TryAppend(":status"u8, "200"u8) && sink.TryAppend("x-A"u8, ""u8) && sink.TryAppend("cookie"u8, "a=b"u8));
}
