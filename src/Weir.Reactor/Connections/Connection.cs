using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;

namespace Weir.Reactor;

/// <summary>
/// A byte stream to a peer, on one loop. It tells when it can be read or written and does so without ever blocking or
/// throwing for what a peer does. Owned by the stream that was given it, which closes it; holds no buffer of its own.
/// </summary>
public abstract class Connection
{
    /// <summary>Returned by <see cref="Receive"/> when nothing is there yet.</summary>
    public const int WouldBlock = -1;

    /// <summary>Returned by <see cref="Receive"/> when nothing will ever come again; see <see cref="End"/>.</summary>
    public const int Ended = 0;

    /// <summary>Returned by <see cref="Send"/> when nothing can ever be sent again. What the peer sent may still be read.</summary>
    public const int SendFailed = -1;

    internal EndEvidence Evidence;
    private Continuation? _reader;
    private Continuation? _writer;
    private Wake _readerWake;
    private Wake _writerWake;
    private long _bytesReceivedAtMark;
    private long _bytesSentAtMark;

    protected Connection(Loop loop)
    {
        Loop = loop;
        LastActivityMs = loop.NowMs;
    }

    public Loop Loop { get; }

    /// <summary>Our address; where the kernel chose it, ask before closing (afterwards: none).</summary>
    public abstract IPEndPoint LocalEndPoint { get; }

    public abstract IPEndPoint RemoteEndPoint { get; }

    /// <summary>Told of what happens while nobody reads. Set by the stream that owns the connection.</summary>
    public IConnectionObserver? Observer { get; set; }

    /// <summary>In a pool, unused: whatever stirs on it is dealt with before anything else of the turn.</summary>
    public bool IsParked { get; set; }

    /// <summary>When a byte last went either way (or it was made), in the loop's milliseconds.</summary>
    public long LastActivityMs { get; protected set; }

    /// <summary>Something that was to be sent is not in the kernel's hands yet, and a close would lose it.</summary>
    public virtual bool HoldsUnsent => false;

    public long BytesReceived { get; protected set; }

    public long BytesSent { get; protected set; }

    /// <summary>Bytes received since <see cref="Mark"/>.</summary>
    public long ReceivedSinceMark => BytesReceived - _bytesReceivedAtMark;

    /// <summary>Bytes handed to the kernel since <see cref="Mark"/>.</summary>
    public long SentSinceMark => BytesSent - _bytesSentAtMark;

    public bool IsClosed { get; private set; }

    /// <summary>The peer has closed or reset its direction; bytes may still be there to be read.</summary>
    public bool PeerHungUp => Evidence.PeerFin || Evidence.Reset || Evidence.TimedOut || HangupSeen;

    /// <summary>A receive might find something: the last one filled its span, or an event has come since.</summary>
    public bool CanReceiveNow => CanReceive;

    /// <summary>A send might take something: the last one took all, or an event has come since.</summary>
    internal bool CanSendNow => CanSend;

    /// <summary>What lives on top of it and has its events; then nobody waits on this one itself.</summary>
    internal IConnectionLayer? Layer { get; set; }

    /// <summary>The connection that the network knows: itself, or what is at the bottom of the layers.</summary>
    internal virtual Connection Lowest => this;

    /// <summary>How it ended, or <see cref="ConnectionEnd.None"/> while it lives.</summary>
    public ConnectionEnd End => Evidence.Name(ReceivedSinceMark > 0);

    /// <summary>The peer has ended its direction in a way that no one on the path could: a body that only the end ends is whole.</summary>
    public virtual bool EndedInOrder => End == ConnectionEnd.Fin;

    /// <summary>A receive would not block, as far as is known.</summary>
    protected bool CanReceive { get; set; }

    /// <summary>A send would not block, as far as is known.</summary>
    protected bool CanSend { get; set; }

    /// <summary>An event said that the peer's direction is closed, whether or not a receive has come to it yet.</summary>
    protected bool HangupSeen { get; set; }

    /// <summary>A new exchange begins on it: counts and the naming of its end start afresh.</summary>
    public void Mark()
    {
        _bytesReceivedAtMark = BytesReceived;
        _bytesSentAtMark = BytesSent;
    }

    /// <summary>
    /// Takes what is there: the number of bytes, <see cref="Ended"/> or <see cref="WouldBlock"/>. A receive that does
    /// not fill the span is the last until the next event, so none is wasted on finding out.
    /// </summary>
    public abstract int Receive(Span<byte> destination);

    /// <summary>Hands bytes to the kernel: how many it took (0: none for now), or <see cref="SendFailed"/>.</summary>
    public abstract int Send(ReadOnlySpan<byte> source);

    /// <summary>
    /// Asks the kernel, after a hang-up that nobody has read to its end, whether it was a reset, so that
    /// <see cref="End"/> can say so. A system call; what the peer sent may still be read.
    /// </summary>
    public virtual void LearnEnd()
    {
    }

    /// <summary>Sends FIN after what was sent; the peer's direction stays open.</summary>
    public abstract void ShutdownSend();

    /// <summary>
    /// After <see cref="WhenWritable"/> on a connection that <see cref="Loop.Connect"/> returned. The answer stays the
    /// same once it is not <see cref="ConnectOutcome.Pending"/>; closed before there was one, it stays that.
    /// </summary>
    public abstract ConnectOutcome FinishConnect();

    /// <summary>
    /// Bytes that the peer's kernel has acknowledged, in all; -1 when unknown. A system call: for failed exchanges only.
    /// </summary>
    public abstract long BytesAcknowledged();

    /// <summary>
    /// The shortest round trip to the peer's kernel that was seen, in microseconds; -1 when unknown. A system call.
    /// </summary>
    public abstract long RoundTripMicros();

    /// <summary>Waits until a receive would not block.</summary>
    public ReadableAwaitable WhenReadable() => new(this);

    /// <summary>
    /// Waits until a send would not block, or a connect has its outcome; after <see cref="ShutdownSend"/> until nothing is unsent.
    /// </summary>
    public WritableAwaitable WhenWritable() => new(this);

    /// <summary>Wakes whoever waits on it, through the ready queue, to look at what has changed. No waiter: nothing happens.</summary>
    public void Interrupt()
    {
        if (_reader is { } reader)
        {
            _reader = null;
            _readerWake = Wake.Interrupted;
            Loop.Ready(reader);
        }

        if (_writer is { } writer)
        {
            _writer = null;
            _writerWake = Wake.Interrupted;
            Loop.Ready(writer);
        }
    }

    /// <summary>Closes it. Waiters are woken and find it closed. Unread bytes make the kernel send RST instead of FIN.</summary>
    public void Close() => Close(reset: false);

    /// <summary>Closes it with a reset: the peer must not take it for an orderly end.</summary>
    public void Abort() => Close(reset: true);

    /// <summary>Takes it away from the kernel (or the simulated network).</summary>
    protected abstract void Release(bool reset);

    /// <summary>Second step of a turn: resumes the waiters of what the events have made possible, each inline, once.</summary>
    protected void ResumeWaiters()
    {
        if (CanReceive && _reader is { } reader)
        {
            _reader = null;
            _readerWake = Wake.Ready;
            reader.Resume();
        }
        else if (HangupSeen && _reader is null && !IsClosed)
        {
            Observer?.OnHangup(this);
        }

        if (CanSend && _writer is { } writer)
        {
            _writer = null;
            _writerWake = Wake.Ready;
            writer.Resume();
        }
    }

    /// <summary>Wakes whoever waits to send, through the ready queue, where it was no event that has made it possible.</summary>
    protected void ReadyWriter()
    {
        if (_writer is { } writer)
        {
            _writer = null;
            _writerWake = Wake.Ready;
            Loop.Ready(writer);
        }
    }

    /// <summary>First step of a turn, for a connection in a pool.</summary>
    protected void ReportParkedActivity() => Observer?.OnParkedActivity(this);

    private void Close(bool reset)
    {
        if (IsClosed)
        {
            return;
        }

        IsClosed = true;
        Evidence.ClosedByUs = true;
        CanReceive = CanSend = true;
        Interrupt();
        Release(reset);
    }

    /// <summary>Completes when the connection can be read; see <see cref="WhenReadable"/>.</summary>
    public readonly struct ReadableAwaitable(Connection connection) : ICriticalNotifyCompletion, ILoopAwaiter
    {
        public ReadableAwaitable GetAwaiter() => this;

        public bool IsCompleted
        {
            get
            {
                if (!connection.CanReceive)
                {
                    return false;
                }

                connection._readerWake = Wake.Ready;
                return true;
            }
        }

        public Wake GetResult() => connection._readerWake;

        public void Register(Continuation continuation)
        {
            Debug.Assert(connection._reader is null, "one reader at a time");
            connection._reader = continuation;
        }

        public void OnCompleted(Action continuation) => throw ForeignAwait.Refused();

        public void UnsafeOnCompleted(Action continuation) => throw ForeignAwait.Refused();
    }

    /// <summary>Completes when the connection can be written; see <see cref="WhenWritable"/>.</summary>
    public readonly struct WritableAwaitable(Connection connection) : ICriticalNotifyCompletion, ILoopAwaiter
    {
        public WritableAwaitable GetAwaiter() => this;

        public bool IsCompleted
        {
            get
            {
                if (!connection.CanSend)
                {
                    return false;
                }

                connection._writerWake = Wake.Ready;
                return true;
            }
        }

        public Wake GetResult() => connection._writerWake;

        public void Register(Continuation continuation)
        {
            Debug.Assert(connection._writer is null, "one writer at a time");
            connection._writer = continuation;
        }

        public void OnCompleted(Action continuation) => throw ForeignAwait.Refused();

        public void UnsafeOnCompleted(Action continuation) => throw ForeignAwait.Refused();
    }
}
