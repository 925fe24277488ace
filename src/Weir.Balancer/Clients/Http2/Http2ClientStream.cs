using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Messages;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// One stream of an HTTP/2 client: it carries one exchange, which it serves to its end. Frames reach it through its
/// connection, and leave it into the connection's output, in turn with those of other streams. Pooled by the loop.
/// </summary>
internal sealed class Http2ClientStream : ClientStream, IHttp2StreamFace
{
    private readonly BalancerLoop _owner;
    private Http2Client _client = null!;
    private Exchange? _exchange;
    private byte[]? _headBuffer;

    public Http2ClientStream(BalancerLoop owner)
    {
        _owner = owner;
        Frames = new Http2Stream(owner, this);
        Place = new LinkedListNode<Http2ClientStream>(this);
    }

    /// <summary>Among the streams of its connection that are served.</summary>
    public LinkedListNode<Http2ClientStream> Place { get; }

    /// <summary>The stream itself.</summary>
    public Http2Stream Frames { get; }

    public Exchange Exchange => _exchange!;

    /// <summary>What carries it, with other streams.</summary>
    public Connection Connection => _client.Connection;

    public override RequestHead Request => _exchange!.Request;

    public override bool IsHttp2 => true;

    public override ClientTls? Tls => _client.Tls;

    public override long LastActivityMs => Frames.LastActivityMs;

    public override bool PeerHungUp => Frames.IsGone;

    public override bool PeerReset => Frames.IsGone;

    public override bool RequestEnded => Frames.IsReceived;

    // The connection's own affair: it says GOAWAY, and its other streams go on.
    public override bool IsOverKeepAlive => false;

    public override long ReceivedBytes => Frames.ReceivedBytes;

    public override long SentBytes => Frames.SentBytes;

    public override bool MayAskAgain() => true;

    public void Begin(Http2Client client, Http2Receiver connection, int id)
    {
        _client = client;
        Frames.Begin(connection, id);
        _exchange = _owner.RentExchange();
    }

    public Http2Fault ReceiveHead(FieldBlockInput block, bool isEndStream, int frameBytes)
    {
        FieldSection section = block.Section;
        _headBuffer = block.TakeBuffer();
        IsGrpc = section.IsGrpc;
        Exchange exchange = _exchange!;
        exchange.Begin(this, _client.Peer, _client.View);
        if (section.IsTooLarge)
        {
            exchange.Request.Reset(section.Buffer, 0);
            Frames.EndHead(exchange.Request);
            exchange.Stop(FailureReason.RequestHeadersTooLarge);
            if (!isEndStream)
            {
                Frames.Spoil(MessageFault.None);
            }

            return Http2Fault.None;
        }

        MessageFault fault = RequestReader.Read(section, exchange.Request, isEndStream, frameBytes);
        Frames.EndHead(exchange.Request);
        if (fault != MessageFault.None)
        {
            exchange.Stop(FailureReason.MalformedRequest);
            Frames.Spoil(fault);
            return Http2Fault.MalformedMessage;
        }

        exchange.IsHeadWhole = true;
        return Http2Fault.None;
    }

    // Answered with a page where that is still possible, and reset when that is sent.
    public void OnMalformed() => _exchange!.Stop(FailureReason.MalformedRequestBody);

    public void OnLost() => _exchange!.OnClientHangup();

    /// <summary>The client, or a fault of its, has ended it, or its connection: there is nobody to answer.</summary>
    public void Lose() => Frames.Lose(StreamStatus.Ended, dropsBody: true);

    /// <summary>Serves its exchange to the end.</summary>
    public async LoopTask Run()
    {
        bool isWell = false;
        try
        {
            await _exchange!.Run();
            isWell = true;
        }
        finally
        {
            // After a bug's exception too: it costs this stream and nothing else.
            if (isWell)
            {
                _client.Finish(this, EndCode());
                Release();
                _owner.ReturnExchange(_exchange!);
                _exchange = null;
                _owner.ReturnStream(this);
            }
            else
            {
                // Not used again: its last page may still wait to be sent.
                _exchange!.Abandon();
                _client.Finish(this, Http2ErrorCode.InternalError);
                Release();
            }
        }
    }

    public override void Interrupt() => Frames.Interrupt();

    public override BodyChunk TakeBufferedBody() => Frames.TakeBufferedBody();

    public override LoopTask<BodyChunk> ReadBody() => Frames.ReadBody();

    // Expect is neither answered nor passed on. Source: ALB user guide.
    public override LoopTask<StreamStatus> SendContinue() => new(StreamStatus.Done);

    public override async LoopTask<StreamStatus> SendInterim(ResponseHead response)
    {
        StreamStatus status = await Frames.WaitForRoom();
        return status == StreamStatus.Done
            ? Frames.SendBlock(Http2ResponseComposer.ComposeInterim(response, Exchange.Listener, _client.Sender.Encoder, _owner.Scratch), false)
            : status;
    }

    public override LoopTask<StreamStatus> SendHead(Exchange exchange, BodyChunk first) =>
        Frames.MaySend ? SendHeadNow(exchange, first) : SendHeadLater(exchange, first);

    public override LoopTask<StreamStatus> SendBody(BodyChunk chunk) => Frames.SendBody(chunk);

    // Upgrade is a field of HTTP/1.1, and none of HTTP/2 asks for a tunnel. Source: RFC 9113 §8.6.
    public override void BeginTunnel() => throw new InvalidOperationException("a stream of HTTP/2 becomes no tunnel");

    public override LoopTask EndSending() => throw new InvalidOperationException("a stream of HTTP/2 becomes no tunnel");

    public override async LoopTask<StreamStatus> SendPage(FailureReason reason)
    {
        StreamStatus status = await Frames.WaitForRoom();
        if (status != StreamStatus.Done)
        {
            return status;
        }

        if (IsGrpc)
        {
            return Frames.SendBlock(
                Http2ResponseComposer.ComposeGrpcError(reason, Exchange.Listener, _owner.HttpDate, _client.Sender.Encoder, _owner.Scratch), true);
        }

        bool withBody = Request.KnownMethod != RequestMethod.Head;
        int bytes = Http2ResponseComposer.ComposePage(reason, Exchange.Listener, _owner.HttpDate, _client.Sender.Encoder, _owner.Scratch);
        status = Frames.SendBlock(bytes, !withBody);
        byte[] body = ErrorPage.Of(reason).Body;
        return status != StreamStatus.Done || !withBody
            ? status
            : await SendBody(new BodyChunk { Buffer = body, Count = body.Length, IsLast = true });
    }

    private LoopTask<StreamStatus> SendHeadNow(Exchange exchange, BodyChunk first)
    {
        bool isEnd = first is { IsLast: true, Count: 0, TrailersBytes: 0 };
        int bytes = Http2ResponseComposer.Compose(exchange, _client.Sender.Encoder, _owner.Scratch);
        StreamStatus status = Frames.SendBlock(bytes, isEnd);
        return status != StreamStatus.Done || isEnd || (first.Count == 0 && !first.IsLast)
            ? new LoopTask<StreamStatus>(status)
            : SendBody(first);
    }

    private async LoopTask<StreamStatus> SendHeadLater(Exchange exchange, BodyChunk first)
    {
        StreamStatus status = await Frames.WaitForRoom();
        return status == StreamStatus.Done ? await SendHeadNow(exchange, first) : status;
    }

    // What to say of a stream that is not closed when its exchange is over. An answer that is whole is not spoiled, even if
    // the rest of the request was never read. Source: RFC 9113 §8.1.
    private Http2ErrorCode EndCode()
    {
        Exchange exchange = _exchange!;
        bool isAnswered = Frames.IsSent;
        return exchange.Failure.Reason is FailureReason.MalformedRequest or FailureReason.MalformedRequestBody ? Http2ErrorCode.ProtocolError
            : isAnswered ? Http2ErrorCode.NoError
            : exchange.Failure.Reason == FailureReason.ClientSilentInResponse ? Http2ErrorCode.Cancel
            : Http2ErrorCode.InternalError;
    }

    private void Release()
    {
        Frames.Release();
        if (_headBuffer is not null)
        {
            _owner.Loop.Buffers.Return(_headBuffer);
            _headBuffer = null;
        }
    }
}
