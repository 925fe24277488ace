using System.Diagnostics;
using System.Net;

namespace Weir.Reactor;

/// <summary>
/// A connection over a TCP socket, the kernel's or the simulated network's. What event bits, results and error numbers
/// mean is written here once, so that the simulator runs the very code that names a connection's end in production.
/// </summary>
internal abstract class SocketConnection : Connection
{
    private readonly int _connectError;
    private ConnectOutcome _connectOutcome;
    private bool _errorSeen;
    private bool _sendShut;

    /// <summary>A connection that a listener accepted.</summary>
    protected SocketConnection(Loop loop, IPEndPoint remote)
        : base(loop)
    {
        RemoteEndPoint = remote;
        _connectOutcome = ConnectOutcome.Connected;
        CanSend = true;
    }

    /// <summary>A connect under way, or failed at once with <paramref name="connectError"/>.</summary>
    protected SocketConnection(Loop loop, IPEndPoint remote, int connectError)
        : base(loop)
    {
        RemoteEndPoint = remote;
        _connectError = connectError;
        CanSend = connectError != 0;
    }

    public override IPEndPoint RemoteEndPoint { get; }

    /// <summary>First step of a turn: takes note of the event bits. Edge-triggered, all bits of the moment.</summary>
    public void Apply(uint bits)
    {
        if ((bits & (LinuxAbi.EPOLLRDHUP | LinuxAbi.EPOLLHUP | LinuxAbi.EPOLLERR)) != 0)
        {
            HangupSeen = true;
            CanReceive = CanSend = true;
            if ((bits & (LinuxAbi.EPOLLHUP | LinuxAbi.EPOLLERR)) == 0)
            {
                // A reset sets the hang-up bits of both directions: with RDHUP alone it was a FIN.
                Evidence.PeerFin = true;
            }

            _errorSeen |= (bits & LinuxAbi.EPOLLERR) != 0;
        }

        if ((bits & LinuxAbi.EPOLLIN) != 0)
        {
            CanReceive = true;
        }

        if ((bits & LinuxAbi.EPOLLOUT) != 0)
        {
            CanSend = true;
        }

        // By this event's bits: room to send is no stir, whatever was known of receiving before.
        bool stirs = (bits & ~LinuxAbi.EPOLLOUT) != 0;
        if (Layer is { } layer)
        {
            layer.OnApplied(stirs);
        }
        else if (IsParked && stirs)
        {
            ReportParkedActivity();
        }
    }

    /// <summary>Second step of a turn: resumes the waiters.</summary>
    public void Dispatch()
    {
        if (Layer is { } layer)
        {
            layer.OnDispatch();
        }
        else if (!IsClosed && !IsParked)
        {
            ResumeWaiters();
        }
    }

    public override int Receive(Span<byte> destination)
    {
        Debug.Assert(destination.Length > 0, "room to receive into");
        if (IsClosed)
        {
            return Ended;
        }

        int n = SocketReceive(destination);
        if (n > 0)
        {
            BytesReceived += n;
            LastActivityMs = Loop.NowMs;
            // A FIN that came in the same event gives no further edge: then the short read is not the last word.
            if (n < destination.Length && !HangupSeen)
            {
                CanReceive = false;
            }

            return n;
        }

        switch (n)
        {
            case 0:
                EndOfStream();
                return Ended;
            case -LinuxAbi.EAGAIN:
                CanReceive = false;
                return WouldBlock;
            default:
                RecordError(-n);
                return Ended;
        }
    }

    public override int Send(ReadOnlySpan<byte> source)
    {
        // The kernel would say EPIPE to a send after our own FIN, which is no evidence about the peer.
        if (IsClosed || _sendShut)
        {
            return SendFailed;
        }

        int n = SocketSend(source);
        if (n >= 0)
        {
            BytesSent += n;
            LastActivityMs = Loop.NowMs;
            if (n < source.Length)
            {
                CanSend = false;
            }

            return n;
        }

        if (n == -LinuxAbi.EAGAIN)
        {
            CanSend = false;
            return 0;
        }

        RecordError(-n);
        return SendFailed;
    }

    public override void LearnEnd()
    {
        if (_errorSeen && !IsClosed && _connectOutcome == ConnectOutcome.Connected)
        {
            TakeErrorEvidence();
        }
    }

    public override void ShutdownSend()
    {
        if (!IsClosed && !_sendShut)
        {
            _sendShut = true;
            SocketShutdownSend();
        }
    }

    public override ConnectOutcome FinishConnect()
    {
        // SO_ERROR is consumed by its first read, and after the close the descriptor may be another connection's.
        if (_connectOutcome == ConnectOutcome.Pending && CanSend && !IsClosed)
        {
            int error = _connectError != 0 ? _connectError : TakeSocketError();
            _errorSeen = false;
            if (error is LinuxAbi.ECONNRESET or LinuxAbi.EPIPE)
            {
                // A reset of the handshake says ECONNREFUSED; with these it was established, and reset since.
                RecordError(error);
                error = 0;
            }

            _connectOutcome = NameConnect(error);
        }

        return _connectOutcome;
    }

    /// <summary>Bytes taken, 0 at the end, or an error number, negated.</summary>
    protected abstract int SocketReceive(Span<byte> destination);

    /// <summary>Bytes accepted, or an error number, negated.</summary>
    protected abstract int SocketSend(ReadOnlySpan<byte> source);

    /// <summary>Queues the FIN. Called once at the most.</summary>
    protected abstract void SocketShutdownSend();

    /// <summary>SO_ERROR: reads and clears the pending error.</summary>
    protected abstract int TakeSocketError();

    /// <summary>Gives the socket back, with an RST or as a close does.</summary>
    protected abstract void SocketClose(bool reset);

    protected sealed override void Release(bool reset)
    {
        if (_errorSeen && _connectOutcome == ConnectOutcome.Connected)
        {
            // Closed without a receive after the event: the last chance to learn how the peer ended it.
            TakeErrorEvidence();
        }

        SocketClose(reset);
    }

    private void EndOfStream()
    {
        // When a send has already taken the reset's error, receive says 0 although no FIN came.
        if (!Evidence.Reset && !Evidence.TimedOut)
        {
            Evidence.PeerFin = true;
        }

        HangupSeen = true;
        if (_errorSeen)
        {
            TakeErrorEvidence();
        }
    }

    private void TakeErrorEvidence()
    {
        _errorSeen = false;
        int error = TakeSocketError();
        if (error != 0)
        {
            RecordError(error);
        }
    }

    private void RecordError(int error)
    {
        HangupSeen = true;
        CanReceive = CanSend = true;
        if (error is LinuxAbi.EPIPE or LinuxAbi.ECONNRESET or LinuxAbi.ECONNABORTED)
        {
            // The kernel turns a reset into EPIPE only where a FIN came before it (CLOSE_WAIT); every send after any
            // error has been taken says EPIPE too, so only the first error tells.
            if (error == LinuxAbi.EPIPE && (Evidence.Reset || Evidence.TimedOut))
            {
                return;
            }

            Evidence.PeerFin |= error == LinuxAbi.EPIPE;
            Evidence.Reset = true;
        }
        else
        {
            Evidence.TimedOut = true;
        }
    }

    private static ConnectOutcome NameConnect(int error) => error switch
    {
        0 => ConnectOutcome.Connected,
        LinuxAbi.ECONNREFUSED => ConnectOutcome.Refused,
        LinuxAbi.ETIMEDOUT => ConnectOutcome.TimedOut,
        LinuxAbi.EADDRNOTAVAIL or LinuxAbi.ENOBUFS or LinuxAbi.ENOMEM => ConnectOutcome.NoResources,
        _ => ConnectOutcome.Unreachable,
    };
}
