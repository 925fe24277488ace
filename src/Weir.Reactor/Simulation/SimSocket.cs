using System.Diagnostics;

namespace Weir.Reactor;

/// <summary>
/// One end of a simulated TCP connection, as a kernel keeps it: queues, windows, shutdowns and the pending error. It
/// outlives the connection that the program has closed, until its FIN is through. What it shows through
/// <see cref="EventBits"/>, receive, send and SO_ERROR is what Linux shows.
/// </summary>
/// <remarks>
/// Data and FIN keep their order within a direction; RST and acknowledgements have a latency of their own.
/// Nothing is retransmitted: what is lost is lost with the whole connection, which then times out.
/// </remarks>
internal sealed class SimSocket
{
    private readonly SimLinkOptions _link;
    private readonly SimDirectionPlan _plan;
    private readonly SimByteQueue _unsent;
    private readonly SimByteQueue _received;

    private long _acceptedBytes;
    private long _sentBytes;
    private long _ackedBytes;
    private long _peerEdge;
    private long _lastArrivalMicros;
    private long _stalledUntilMicros;
    private bool _faultDone;
    private bool _sendShut;
    private bool _finSent;
    private bool _finAcked;
    private bool _noSpace;
    private bool _giveUpSet;
    private bool _lossSeen;

    private long _receivedBytes;
    private long _consumedBytes;
    private long _advertisedEdge;
    private bool _finReceived;
    private bool _receiveShut;

    private int _error;
    private bool _orphan;

    public SimSocket(SimNetwork network, SimLoop loop, SimHost host, SimWire wire, bool isConnector, SimLinkOptions link)
    {
        Network = network;
        _link = link;
        _plan = isConnector ? wire.Plan.FromConnector : wire.Plan.FromAcceptor;
        _unsent = new SimByteQueue(network.Segments);
        _received = new SimByteQueue(network.Segments);
        Loop = loop;
        Host = host;
        Wire = wire;
        IsConnector = isConnector;
        IsEstablished = !isConnector;
        _peerEdge = _advertisedEdge = network.Options.ReceiveBufferBytes;
    }

    public SimNetwork Network { get; }

    public SimLoop Loop { get; }

    public SimHost Host { get; }

    public SimWire Wire { get; }

    public bool IsConnector { get; }

    /// <summary>The number of its connection, doubled, and one more on the side that accepted.</summary>
    public long Number => (Wire.Number * 2L) + (IsConnector ? 0 : 1);

    /// <summary>The other end; null until the SYN has come to a listener.</summary>
    public SimSocket? Peer { get; set; }

    /// <summary>The program's face of it; null before it is accepted and after it is closed.</summary>
    public SimConnection? Connection { get; set; }

    /// <summary>Who will accept it; null on the side that connects, and once it has been handed over.</summary>
    public SimListener? Listener { get; set; }

    public bool IsEstablished { get; private set; }

    /// <summary>There is no connection any more, for whatever reason; what was received may still be there.</summary>
    public bool IsClosed { get; private set; }

    public SimDelivered Delivered { get; private set; }

    public long UnreadBytes => _receivedBytes - _consumedBytes;

    public bool HasShut => _sendShut || IsClosed;

    public long BytesAcknowledged => _ackedBytes;

    /// <summary>Without the jitter: the least that a kernel would have measured.</summary>
    public long RoundTripMicros => _link.LatencyMicros + (Peer ?? this)._link.LatencyMicros;

    private bool IsWritable
    {
        get
        {
            // Source: Linux, sk_stream_is_writeable: at least a third of the buffer is free.
            long queued = _acceptedBytes - _ackedBytes;
            return queued + (queued / 2) < Network.Options.SendBufferBytes;
        }
    }

    /// <summary>What a poll would show now. // Source: Linux, tcp_poll</summary>
    public uint EventBits()
    {
        uint bits = 0;
        if (!IsEstablished && !IsClosed)
        {
            return bits;
        }

        if (IsClosed || (_sendShut && _receiveShut))
        {
            bits |= LinuxAbi.EPOLLHUP;
        }

        if (_receiveShut)
        {
            bits |= LinuxAbi.EPOLLIN | LinuxAbi.EPOLLRDHUP;
        }

        if (_received.Bytes > 0)
        {
            bits |= LinuxAbi.EPOLLIN;
        }

        if (_sendShut || IsWritable)
        {
            bits |= LinuxAbi.EPOLLOUT;
        }
        else
        {
            _noSpace = true;
        }

        return _error != 0 ? bits | LinuxAbi.EPOLLERR : bits;
    }

    /// <summary>Bytes, 0 at the end, or an error number, negated. // Source: Linux, tcp_recvmsg</summary>
    public int Receive(Span<byte> destination)
    {
        if (_received.Bytes > 0)
        {
            int n = _received.Take(destination);
            _consumedBytes += n;
            OpenWindow();
            return n;
        }

        // A FIN hides the error of a reset that follows it: receive says 0 for ever.
        if (_finReceived)
        {
            return 0;
        }

        if (_error != 0)
        {
            return -TakeError();
        }

        return _receiveShut ? 0 : -LinuxAbi.EAGAIN;
    }

    /// <summary>Bytes accepted, or an error number, negated. // Source: Linux, tcp_sendmsg</summary>
    public int Send(ReadOnlySpan<byte> source)
    {
        if (_error != 0)
        {
            return -TakeError();
        }

        if (_sendShut)
        {
            return -LinuxAbi.EPIPE;
        }

        long room = Network.Options.SendBufferBytes - (_acceptedBytes - _ackedBytes);
        if (!IsEstablished || room <= 0)
        {
            _noSpace = true;
            return -LinuxAbi.EAGAIN;
        }

        int n = (int)Math.Min(room, source.Length);
        _noSpace |= n < source.Length;
        _unsent.Append(source[..n]);
        _acceptedBytes += n;
        Transmit();
        return n;
    }

    public void ShutdownSend()
    {
        if (!_sendShut)
        {
            _sendShut = true;
            Transmit();
        }
    }

    public int TakeError()
    {
        int error = _error;
        _error = 0;
        return error;
    }

    /// <summary>The program lets go of it. Unread bytes make it an RST. // Source: Linux, tcp_close; RFC 2525 §2.17</summary>
    public void Close(bool reset)
    {
        Connection = null;
        bool unread = _received.Bytes > 0;
        _received.Clear();
        if (IsClosed)
        {
            return;
        }

        if (!IsEstablished)
        {
            Destroy();
        }
        else if (unread || (reset && !(_finSent && _finReceived)))
        {
            Destroy();
            SendReset();
        }
        else
        {
            _orphan = true;
            _receiveShut = true;
            ShutdownSend();
            if (_unsent.Bytes > 0)
            {
                // The window is closed. A peer that vanished never says that it has opened: probes find that out.
                ScheduleGiveUp();
            }
        }
    }

    /// <summary>Lets the direction stand still: what is sent until then arrives after it.</summary>
    public void Stall(long untilMicros) => _stalledUntilMicros = Math.Max(_stalledUntilMicros, untilMicros);

    public void OnSynAck()
    {
        if (IsClosed)
        {
            SendReset();
            return;
        }

        IsEstablished = true;
        SendInOrder(SimEventKind.HandshakeAck);
        Signal();
    }

    public void OnHandshakeAck()
    {
        if (IsClosed)
        {
            return;
        }

        SimListener listener = Listener!;
        Listener = null;
        if (!listener.TryEnqueue(this))
        {
            Destroy();
            SendReset();
        }
    }

    /// <summary>The handshake will never be completed.</summary>
    public void AbandonHandshake()
    {
        if (Listener is { } listener)
        {
            Listener = null;
            listener.HalfOpenEnded();
            Destroy();
        }
    }

    public void OnConnectFailed(int error)
    {
        if (!IsEstablished && !IsClosed)
        {
            Fail(error);
        }
    }

    public void OnData(SimSegment segment)
    {
        if (IsClosed || _orphan)
        {
            // Nobody will ever read it: the peer is told so. // Source: RFC 9293 §3.10.7.1; Linux, TCPABORTONDATA
            Network.Segments.Return(segment);
            Destroy();
            SendReset();
            return;
        }

        _receivedBytes += segment.Length;
        Delivered = Delivered with { Bytes = _receivedBytes };
        _received.Append(segment);
        SendAcknowledgement();
        Signal();
    }

    public void OnFin()
    {
        if (IsClosed)
        {
            SendReset();
            return;
        }

        _finReceived = _receiveShut = true;
        Delivered = Delivered with { Fin = true };
        SendAcknowledgement();
        Signal();
    }

    public void OnReset()
    {
        if (IsClosed || (_finAcked && _finReceived))
        {
            return;
        }

        AbandonHandshake();
        Delivered = Delivered with { Reset = true };
        if (Network.Options.ResetDiscardsReceived)
        {
            _received.Clear();
        }

        // Source: Linux, tcp_reset
        Fail(!IsEstablished ? LinuxAbi.ECONNREFUSED : _finReceived && !_sendShut ? LinuxAbi.EPIPE : LinuxAbi.ECONNRESET);
    }

    public void OnAcknowledge(long bytes, long edge)
    {
        if (IsClosed)
        {
            return;
        }

        // The FIN counts as one byte more.
        _finAcked |= _finSent && bytes > _sentBytes;
        _ackedBytes = Math.Max(_ackedBytes, Math.Min(bytes, _sentBytes));
        _peerEdge = Math.Max(_peerEdge, edge);
        Transmit();
        if (_noSpace && IsWritable)
        {
            _noSpace = false;
            Signal();
        }
    }

    /// <summary>A packet of this end was swallowed, or what acknowledges one: it repeats it in vain, and gives up.</summary>
    public void OnLoss()
    {
        _lossSeen = true;
        ScheduleGiveUp();
    }

    public void OnGiveUp()
    {
        bool allAcknowledged = _ackedBytes == _acceptedBytes && (!_sendShut || _finAcked);
        if (IsClosed || allAcknowledged)
        {
            return;
        }

        if (!_lossSeen && !SimNetwork.IsSwallowed(Peer!))
        {
            // The probes are answered: only the window is closed.
            _giveUpSet = false;
            ScheduleGiveUp();
            return;
        }

        Delivered = Delivered with { GaveUp = true };
        Fail(LinuxAbi.ETIMEDOUT);
    }

    /// <summary>A middlebox's RST is on its way to this end.</summary>
    public void SendResetToSelf() => Network.Send(this, SimEventKind.Reset, ArrivalMicros(Network.Latency(_link)));

    private void ScheduleGiveUp()
    {
        if (!_giveUpSet)
        {
            _giveUpSet = true;
            Network.Schedule(Network.Options.SendGiveUp, new SimEvent(SimEventKind.GiveUp, this));
        }
    }

    private void Fail(int error)
    {
        if (_orphan)
        {
            Destroy();
            return;
        }

        _error = error;
        Destroy();
        Signal();
    }

    private void Destroy()
    {
        IsClosed = true;
        _sendShut = _receiveShut = true;
        _unsent.Clear();
    }

    private void Signal()
    {
        if (Connection is { } connection)
        {
            Loop.Queue(connection);
        }
    }

    private void Transmit()
    {
        while (_unsent.Bytes > 0 && _sentBytes < _peerEdge)
        {
            StrikeWhenDue();
            int bytes = NextSegmentBytes();
            SimSegment segment = _unsent.TakeSegment(bytes);
            _sentBytes += bytes;
            SendInOrder(SimEventKind.Data, segment);
        }

        if (_sentBytes > 0)
        {
            StrikeWhenDue();
        }

        if (_sendShut && !_finSent && !IsClosed && _unsent.Bytes == 0)
        {
            _finSent = true;
            SendInOrder(SimEventKind.Fin);
        }
    }

    private int NextSegmentBytes()
    {
        int bytes = (int)Math.Min(_unsent.HeadBytes, _peerEdge - _sentBytes);
        if (_sentBytes < _plan.ShortSegmentsUntilByte)
        {
            bytes = Math.Min(bytes, _plan.MaxSegmentBytes);
        }

        if (!_faultDone && _plan.Fault != SimFaultKind.None)
        {
            bytes = (int)Math.Min(bytes, _plan.AtByte - _sentBytes);
        }

        Debug.Assert(bytes > 0, "a segment has bytes");
        return bytes > 1 && Network.Random.NextDouble() < _link.SplitProbability
            ? 1 + Network.Random.Next(bytes - 1)
            : bytes;
    }

    private void StrikeWhenDue()
    {
        if (_faultDone || _plan.Fault == SimFaultKind.None || _sentBytes < _plan.AtByte)
        {
            return;
        }

        _faultDone = true;
        switch (_plan.Fault)
        {
            case SimFaultKind.Reset:
                SimNetwork.Cut(this);
                break;
            case SimFaultKind.Vanish:
                Wire.IsVanished = true;
                break;
            case SimFaultKind.Stall:
                Stall(Network.NowMicros + SimNetwork.Micros(_plan.StallFor));
                break;
        }
    }

    private void OpenWindow()
    {
        // As kernels do: a window is announced again once it has opened by half, never byte by byte.
        // Source: RFC 9293 §3.8.6.2.2
        long opened = _consumedBytes + Network.Options.ReceiveBufferBytes - _advertisedEdge;
        if (!IsClosed && !_finReceived && opened > Network.Options.ReceiveBufferBytes / 2)
        {
            SendAcknowledgement();
        }
    }

    private void SendAcknowledgement()
    {
        _advertisedEdge = _consumedBytes + Network.Options.ReceiveBufferBytes;
        long acknowledged = _receivedBytes + (_finReceived ? 1 : 0);
        if (!Wire.IsCut)
        {
            Network.Send(
                Peer!,
                SimEventKind.Acknowledge,
                ArrivalMicros(Network.Latency(_link)),
                acknowledged,
                _advertisedEdge);
        }
    }

    private void SendReset()
    {
        if (!Wire.IsCut && Peer is { } peer)
        {
            Network.Send(peer, SimEventKind.Reset, ArrivalMicros(Network.Latency(_link)));
        }
    }

    /// <summary>Puts a packet on the wire behind everything that this end has sent in order before.</summary>
    public void SendInOrder(SimEventKind kind, SimSegment? segment = null)
    {
        if (Wire.IsCut)
        {
            if (segment is not null)
            {
                Network.Segments.Return(segment);
            }

            return;
        }

        _lastArrivalMicros = Math.Max(_lastArrivalMicros, ArrivalMicros(Network.Latency(_link)));
        Network.Send(Peer!, kind, _lastArrivalMicros, 0, 0, segment);
    }

    private long ArrivalMicros(int latencyMicros) =>
        Math.Max(Network.NowMicros, _stalledUntilMicros) + latencyMicros;
}
