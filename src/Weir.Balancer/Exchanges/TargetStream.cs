using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// The target's side of one exchange: a request to be written, a response to be read. It knows nothing of clients,
/// rules or logs.
/// </summary>
internal abstract class TargetStream
{
    /// <summary>When a byte last went either way, in the loop's milliseconds.</summary>
    public abstract long LastActivityMs { get; }

    /// <summary>When the first byte of the last head came, in the loop's microseconds.</summary>
    public abstract long HeadBeganMicros { get; }

    /// <summary>Its connection has carried requests before this one.</summary>
    public abstract bool IsReused { get; }

    /// <summary>Bytes of the request handed to the kernel.</summary>
    public abstract long SentBytes { get; }

    /// <summary>Nothing of the request was taken from the exchange: its pieces are all still there.</summary>
    public abstract bool IsUntouched { get; }

    /// <summary>Bytes of an answer that have come, interim responses included.</summary>
    public abstract long ReceivedBytes { get; }

    /// <summary>The target may say that it has not looked at the request: then it may be sent again, whatever it is.</summary>
    public abstract bool MayBeRefused { get; }

    /// <summary>What is wrong with the answer, if it is not the stream that finds it.</summary>
    public ResponseFault ResponseFault { get; set; }

    /// <summary>Wakes whatever waits on this stream; it returns <see cref="StreamStatus.Stopped"/>.</summary>
    public abstract void Interrupt();

    /// <summary>Sends the request's head, with the first piece of its body.</summary>
    public abstract LoopTask<StreamStatus> SendHead(Exchange exchange, BodyChunk first);

    public abstract LoopTask<StreamStatus> SendBody(BodyChunk chunk);

    /// <summary>Reads the next head, interim ones included, into the exchange's response.</summary>
    public abstract LoopTask<StreamStatus> ReceiveHead(Exchange exchange);

    /// <summary>The next piece of the response's body as far as it is here already; it may be empty.</summary>
    public abstract BodyChunk TakeBufferedBody();

    /// <summary>The next piece of the response's body.</summary>
    public abstract LoopTask<BodyChunk> ReadBody();

    /// <summary>What comes from now on, until the target ends its direction, is read as a body.</summary>
    public abstract void BeginTunnel();

    /// <summary>Nothing more will be sent; what the target sends may still be read. Returns when the kernel has it, with what says so.</summary>
    public abstract LoopTask EndSending();

    /// <summary>Ends the tunnel with a reset: what was sent broke off, and the target is not to take that for an end.</summary>
    public abstract void Abort();

    /// <summary>What is known of the connection when the exchange fails. Costs a system call.</summary>
    public abstract Failure Describe(FailureReason reason);

    /// <summary>The exchange is over: into the pool, or closed.</summary>
    public abstract void Release(bool reusable);
}
