using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;
using Weir.Http.Http2.Messages;
using Weir.Http.Http2.Streams;

namespace Weir.Fuzz.Oracles.Http2;

/// <summary>What a client sends: it opens streams, and each brings a request. It is answered nothing, and gets no window.</summary>
internal sealed class Http2Conversation()
    : FrameConversation(FrameReader.ForServer(), isFromServer: false, new HpackDecoder(), new FieldSection())
{
    private readonly RequestHead _head = new();
    private readonly PeerStreams _peer = new();
    private ReceiveWindow _window = new(Http2Limits.InitialWindowBytes);

    protected override bool TryReceive(int frameBytes) => _window.TryReceive(frameBytes);

    protected override bool TryOpen(int streamId, FrameType type)
    {
        bool opens = type == FrameType.Headers && _peer.IsIdle(streamId);
        Http2Fault fault = opens ? _peer.Open(streamId) : _peer.ReceiveOnOther(streamId, type);
        Note(fault);
        return opens && fault == Http2Fault.None;
    }

    protected override MessageFault TakeHead(in FrameHeader header, ref MessageProgress progress)
    {
        MessageFault fault = RequestReader.Read(Section, _head, header.IsEndStream, header.Length);
        Text.Append(HeadText.Of(_head));
        if (fault == MessageFault.None)
        {
            progress.EndHead(_head);
            Fault ??= Requests.Check(_head);
        }

        return fault;
    }

    protected override void OnClosed(int streamId, StreamEnd end) => _peer.Close(streamId, end);
}
