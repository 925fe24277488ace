using Weir.Http;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// The client's side of one exchange: a request to be read, a response to be written. An HTTP/1.1 connection is one at
/// a time; an HTTP/2 connection has many, one a stream. It knows nothing of targets, rules or logs.
/// </summary>
internal abstract class ClientStream
{
    public abstract RequestHead Request { get; }

    /// <summary>One stream of a connection that carries many.</summary>
    public abstract bool IsHttp2 { get; }

    /// <summary>A call by gRPC, which comes over HTTP/2 only; known with the head, be it whole or not.</summary>
    public bool IsGrpc { get; protected set; }

    /// <summary>Null without TLS.</summary>
    public abstract ClientTls? Tls { get; }

    /// <summary>When a byte last went either way, in the loop's milliseconds.</summary>
    public abstract long LastActivityMs { get; }

    /// <summary>The client has closed or reset its direction.</summary>
    public abstract bool PeerHungUp { get; }

    /// <summary>The client's connection was reset: nothing sent will ever arrive.</summary>
    public abstract bool PeerReset { get; }

    /// <summary>The request was read to its end.</summary>
    public abstract bool RequestEnded { get; }

    /// <summary>
    /// Another request may come behind this one, or is here already. Asked when this one was read to its end and its
    /// response is about to be sent.
    /// </summary>
    public abstract bool MayAskAgain();

    /// <summary>Its connection's time is over: after the present request it closes.</summary>
    public abstract bool IsOverKeepAlive { get; }

    /// <summary>Bytes of this request received so far, head and framing included.</summary>
    public abstract long ReceivedBytes { get; }

    /// <summary>Bytes of this response sent so far, head and framing included.</summary>
    public abstract long SentBytes { get; }

    /// <summary>Wakes whatever waits on this stream; it returns <see cref="StreamStatus.Stopped"/>.</summary>
    public abstract void Interrupt();

    /// <summary>The next piece of the request's body as far as it is here already; it may be empty.</summary>
    public abstract BodyChunk TakeBufferedBody();

    /// <summary>The next piece of the request's body.</summary>
    public abstract LoopTask<BodyChunk> ReadBody();

    /// <summary>Tells a client that waits for it to go on with its body.</summary>
    public abstract LoopTask<StreamStatus> SendContinue();

    /// <summary>Passes an interim response (1xx) on, if the client's version has them.</summary>
    public abstract LoopTask<StreamStatus> SendInterim(ResponseHead response);

    /// <summary>Sends the head of the target's response, with the first piece of its body.</summary>
    public abstract LoopTask<StreamStatus> SendHead(Exchange exchange, BodyChunk first);

    public abstract LoopTask<StreamStatus> SendBody(BodyChunk chunk);

    /// <summary>What comes from now on, until the client ends its direction, is read as a body.</summary>
    public abstract void BeginTunnel();

    /// <summary>Nothing more will be sent; what the client sends may still be read. Returns when the kernel has it, with what says so.</summary>
    public abstract LoopTask EndSending();

    /// <summary>Sends a response of the balancer's own.</summary>
    public abstract LoopTask<StreamStatus> SendPage(FailureReason reason);
}
