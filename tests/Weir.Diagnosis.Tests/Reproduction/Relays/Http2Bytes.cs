using System.Text;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;

namespace Weir.Diagnosis.Tests;

/// <summary>Bytes of HTTP/2 as a balancer or a target sends them on one connection.</summary>
internal static class Http2Bytes
{
    private const int MaxBytes = 4096;

    /// <summary>SETTINGS, which come first.</summary>
    public static byte[] Greeting
    {
        get
        {
            var writer = new FrameWriter(new byte[MaxBytes]);
            writer.AppendSettings([]);
            return writer.Written.ToArray();
        }
    }

    public static byte[] GoAway(int lastStreamId, Http2ErrorCode code = Http2ErrorCode.NoError)
    {
        var writer = new FrameWriter(new byte[MaxBytes]);
        writer.AppendGoAway(lastStreamId, code);
        return writer.Written.ToArray();
    }

    /// <summary>From the preface on.</summary>
    public static byte[] Requests(params ReadOnlySpan<(int StreamId, string Path)> requests)
    {
        var encoder = new HpackEncoder();
        var writer = new FrameWriter(new byte[MaxBytes]);
        writer.AppendClientPreface();
        writer.AppendSettings([]);
        foreach ((int streamId, string path) in requests)
        {
            var block = new FieldBlockWriter(encoder, new byte[MaxBytes]);
            Assert.True(block.TryAppend(":method"u8, "GET"u8) && block.TryAppend(":path"u8, Encoding.ASCII.GetBytes(path)));
            writer.AppendFieldBlock(streamId, block.Written, isEndStream: true, Http2Limits.FrameBytes);
        }

        Assert.False(writer.Overflowed);
        return writer.Written.ToArray();
    }
}
