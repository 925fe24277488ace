using Weir.Http.Http2;
using Weir.Http.Http2.Defences;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;
using Weir.Http.Http2.Messages;

namespace Weir.Http.Tests.Http2;

public sealed class Http2AllocationTests
{
    [Fact]
    public void Codecs_InSteadyState_AllocateNothing()
    {
        HpackEncoder client = new();
        HpackEncoder server = new();
        HpackDecoder decoder = new();
        FieldSection section = new();
        RequestHead head = new();
        AbuseGuard guard = new();
        byte[] buffer = new byte[4096];
        byte[] block = new byte[1024];
        byte[] wire = new byte[1024];
        FrameReader reader = FrameReader.ForClient();
        Assert.Equal(FrameStatus.Frame, reader.Read(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0 }).Status);

        // A request to the wire and back to a head, with fields that enter the table and leave it; and an answer.
        bool Exchange(int number)
        {
            FieldBlockWriter request = new(client, block);
            bool fits = request.TryAppend(":method"u8, "POST"u8) & request.TryAppend(":scheme"u8, "https"u8)
                & request.TryAppend(":path"u8, "/p"u8) & request.TryAppend(":authority"u8, "a"u8)
                & request.TryAppend("x"u8, wire.AsSpan(0, 0), HpackIndexing.Never)
                & request.TryAppend("user-agent"u8, "agents"u8[(number % 6)..], HpackIndexing.Incremental)
                & request.TryAppend("Cookie"u8, "a=b"u8) & request.TryAppend("cookie"u8, "c=d"u8);
            FrameWriter frames = new(wire);
            frames.AppendFieldBlock(1, request.Written, isEndStream: true, Http2Limits.FrameBytes);
            FrameStep begin = reader.Read(frames.Written);
            FrameStep content = reader.Read(frames.Written[begin.Consumed..]);
            ReadOnlySpan<byte> fragment = frames.Written.Slice(begin.Consumed + content.Offset, content.Length);
            section.Begin(buffer);
            HpackStatus status = decoder.Decode(fragment, content.IsEnd, section, out _);
            fits &= guard.Count(reader.Header, begin.IsEnd, number) == Http2Fault.None;
            guard.StreamOpened();
            guard.Carried(section.UsedBytes);
            bool isRead = RequestReader.Read(section, head, isEndStream: true, frames.Length) == MessageFault.None;
            FieldBlockWriter response = new(server, block);
            return fits && status == HpackStatus.Complete && isRead && head.Fields.Count == 4
                && response.TryAppendStatus(200) && response.TryAppend("Content-Type"u8, "text/html"u8);
        }

        Allocations.AssertNone(Exchange);
    }
}
