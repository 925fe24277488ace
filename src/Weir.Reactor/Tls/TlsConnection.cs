using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>
/// TLS over another connection of the same loop, a socket's or a simulated one's. Counts and ends are those of the data
/// inside: bytes are plain ones, activity is theirs, and a close_notify, a bare FIN and a reset are three different ends. Owns the connection
/// below from its making on. <see cref="Handshake"/> comes first; nothing is read or sent before it is done.
/// </summary>
/// <remarks>
/// Idle, it holds no buffer: what is received passes through the loop's workspace, and a buffer is rented only for bytes that
/// OpenSSL has no room for, or the kernel. What <see cref="Send"/> says was taken is in the kernel's hands, in whole records.
/// Records that the kernel took in part are finished first, so a send that took less than it was given must be followed by
/// one of the rest, or by the close.
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class TlsConnection : Connection, IConnectionLayer, ITimerTarget
{
    private readonly Connection _below;
    private readonly TlsWorkspace _workspace;
    // Held for as long as OpenSSL may ask it something.
    private readonly TlsContext _context;
    private nint _ssl;

    // Received, and not yet taken by OpenSSL.
    private HeldBytes _unread;

    private UnsentRecords _unsent;

    // Received below since data last came of it, after the handshake.
    private int _bytesWithoutData;

    private TlsSessionCache? _sessions;

    // The last receive filled its span, so OpenSSL may hold the rest of a record.
    private bool _mayHoldPlain;
    private bool _mayHoldBuffers;
    private bool _belowEnded;
    private bool _finAfterUnsent;
    private bool _sendShut;
    private bool _handshakeDone;
    private bool _handshakeLate;

    // A message of a handshake that comes after the first is under way, mostly a renegotiation: no data can be sent before its end.
    private bool _negotiatesAgain;
    private bool _hadRenegotiated;

    /// <summary>Puts TLS on top of a connection that is established.</summary>
    /// <param name="below">The connection.</param>
    /// <param name="context">What may be agreed on.</param>
    /// <param name="received">What was received on the connection already.</param>
    public TlsConnection(Connection below, TlsContext context, ReadOnlySpan<byte> received = default)
        : base(below.Loop)
    {
        _below = below;
        _context = context;
        _unread = new HeldBytes(below.Loop.Buffers);
        _unsent = new UnsentRecords(below.Loop.Buffers);
        _workspace = below.Loop.TlsWorkspace ??= new TlsWorkspace();
        _ssl = context.NewSsl(Loop.UnixMicros / 1_000_000);
        nint bio = RecordBio.New(_workspace);
        OpenSsl.SSL_set_bio(_ssl, bio, bio);
        below.Layer = this;
        if (!received.IsEmpty)
        {
            _unread.Append(received);
        }

        TakeStateOfBelow();
    }

    public override IPEndPoint LocalEndPoint => _below.LocalEndPoint;

    public override IPEndPoint RemoteEndPoint => _below.RemoteEndPoint;

    public override bool HoldsUnsent => _unsent.Any;

    internal override Connection Lowest => _below.Lowest;

    /// <summary>What ended TLS, when <see cref="Connection.End"/> is <see cref="ConnectionEnd.TlsFailed"/>.</summary>
    public TlsFailure? Failure { get; private set; }

    /// <summary>A server's: the certificates that its client has shown, its own first. After the handshake.</summary>
    public IReadOnlyList<TlsPeerCertificate> PeerCertificates => TlsPeerCertificate.ChainOf(_ssl);

    /// <summary>What was agreed on.</summary>
    public TlsAgreement Agreement => new(_ssl);

    /// <summary>A client's: a session was offered to the server. Whether the server took it up, the agreement says.</summary>
    public bool OffersSession { get; private set; }

    /// <summary>The server has begun the handshake anew (below TLS 1.3), whether or not that came to its end.</summary>
    public unsafe bool HasRenegotiated => _ssl == 0 ? _hadRenegotiated : OpenSsl.SSL_ctrl(_ssl, OpenSslAbi.SSL_CTRL_GET_TOTAL_RENEGOTIATIONS, 0, null) > 0;

    /// <summary>The certificate that a server showed, or that the resumed connection would have been shown; after the handshake.</summary>
    public TlsCertificate? Certificate => IsClosed ? null : _context.ShownOn(_ssl);

    public override bool EndedInOrder => Evidence.CloseNotify && !Evidence.TlsFailed;

    /// <summary>For a client, before the handshake: the name that the server is asked for (SNI). Not for addresses.</summary>
    public void AskFor(string serverName) => TlsPeerName.AskFor(_ssl, serverName);

    /// <summary>For a client that verifies, before the handshake: the name or the address that the server's certificate must be for.</summary>
    public void Expect(string nameOrAddress) => TlsPeerName.Expect(_ssl, nameOrAddress);

    /// <summary>For a client, before the handshake: takes up the session that was kept, if any, and keeps what the server gives now.</summary>
    public void Resume(TlsSessionCache sessions)
    {
        _sessions = sessions;
        OffersSession = sessions.OfferTo(_ssl, Loop.NowMs);
    }

    /// <summary>Agrees with the peer, within this time. Unless it is done, nothing but closing is left to do.</summary>
    /// <param name="limit">The time.</param>
    /// <param name="budget">Where many of them must leave time for other things.</param>
    public async LoopTask<TlsHandshakeOutcome> Handshake(TimeSpan limit, HandshakeBudget? budget = null)
    {
        var deadline = new LoopTimer(Loop, this);
        deadline.Set(Loop.NowMs + (long)limit.TotalMilliseconds);
        try
        {
            while (true)
            {
                if (budget?.MustWait == true)
                {
                    await budget.WaitForTurn();
                }

                if (IsClosed)
                {
                    return new TlsHandshakeOutcome(TlsHandshakeResult.ClosedByUs);
                }

                if (_handshakeLate)
                {
                    return new TlsHandshakeOutcome(TlsHandshakeResult.TimedOut);
                }

                budget?.Begin();
                bool mustSend = StepHandshake();
                budget?.End();
                if (_handshakeDone)
                {
                    return new TlsHandshakeOutcome(TlsHandshakeResult.Done);
                }

                if (Evidence.TlsFailed)
                {
                    return new TlsHandshakeOutcome(TlsHandshakeResult.Failed, Failure!.Sentence, Failure.Kind);
                }

                if (_belowEnded)
                {
                    return new TlsHandshakeOutcome(TlsHandshakeResult.PeerClosed);
                }

                _ = mustSend ? await WhenWritable() : await WhenReadable();
            }
        }
        finally
        {
            deadline.Clear();
        }
    }

    public override unsafe int Receive(Span<byte> destination)
    {
        Debug.Assert(destination.Length > 0, "room to receive into");
        if (IsClosed || IsOver)
        {
            return Ended;
        }

        Debug.Assert(_handshakeDone, "the handshake comes before the data");
        int got = 0;
        bool couldSend = CanSend;
        Enter();
        while (got < destination.Length && (_mayHoldPlain || _workspace.UnreadBytes > 0 || Fill(destination.Length - got)))
        {
            // OpenSSL writes at most so many bytes from the pinned start.
            nuint n = 0;
            int result;
            fixed (byte* room = destination[got..])
            {
                OpenSsl.ERR_clear_error();
                result = OpenSsl.SSL_read_ex(_ssl, room, (nuint)(destination.Length - got), &n);
            }

            got += (int)n;
            (_bytesWithoutData, LastActivityMs) = n > 0 ? (0, Loop.NowMs) : (_bytesWithoutData, LastActivityMs);
            _mayHoldPlain = got == destination.Length;
            if (result != 1 && !GoesOnAfter(result))
            {
                break;
            }
        }

        Leave();
        BytesReceived += got;
        if (_negotiatesAgain)
        {
            // There may be some of it behind the data that there was room for, and no event will come for that.
            IsQuiet();
        }

        TakeStateOfBelow();
        if (CanSend && !couldSend)
        {
            ReadyWriter();
        }

        return got > 0 ? got : IsOver ? Ended : WouldBlock;
    }

    public override int Send(ReadOnlySpan<byte> source)
    {
        if (IsClosed || _sendShut || Evidence.TlsFailed)
        {
            return SendFailed;
        }

        Debug.Assert(_handshakeDone, "the handshake comes before the data");
        int sent = 0, counted = 0;
        bool open = FlushUnsent();
        if (open && !_unsent.Any)
        {
            // These were given before, went into records, and are out by now.
            sent = counted = _unsent.TakeData();
            Debug.Assert(sent <= source.Length, "after a send in part comes the rest");
            while (open && sent < source.Length && !_negotiatesAgain && !_unsent.Any && _below.CanSendNow)
            {
                open = SendRecords(source[sent..], ref sent);
            }
        }

        BytesSent += sent - counted;
        TakeStateOfBelow();
        return sent > 0 || open ? sent : SendFailed;
    }

    public override void LearnEnd()
    {
        _below.LearnEnd();
        TakeStateOfBelow();
    }

    public override void ShutdownSend()
    {
        if (IsClosed || _sendShut)
        {
            return;
        }

        _sendShut = true;
        SayGoodbye();
        if (!_unsent.Any)
        {
            _below.ShutdownSend();
        }
        else
        {
            _finAfterUnsent = true;
        }

        TakeStateOfBelow();
    }

    public override ConnectOutcome FinishConnect() => _below.FinishConnect();

    /// <summary>All of the plain bytes when everything below is acknowledged; else unknown, as records hide their borders.</summary>
    public override long BytesAcknowledged() =>
        !IsClosed && !_unsent.Any && _below.BytesAcknowledged() == _below.BytesSent ? BytesSent : -1;

    public override long RoundTripMicros() => _below.RoundTripMicros();

    void IConnectionLayer.OnApplied(bool stirs)
    {
        if (IsClosed)
        {
            return;
        }

        TakeStateOfBelow();
        // Also what nobody waits for goes out: a ticket, an alert, an answer to a key update.
        FlushUnsent();
        // Whoever has to send waits for the end of a renegotiation, and it may be that nobody reads meanwhile.
        if ((_negotiatesAgain || (IsParked && stirs)) && !IsQuiet() && IsParked)
        {
            ReportParkedActivity();
        }

        TakeStateOfBelow();
    }

    void IConnectionLayer.OnDispatch()
    {
        if (!IsClosed && !IsParked)
        {
            ResumeWaiters();
        }
    }

    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        _handshakeLate = true;
        Interrupt();
    }

    protected override void Release(bool reset)
    {
        if (!reset && !_sendShut && !_unsent.Any)
        {
            SayGoodbye();
        }

        _hadRenegotiated = HasRenegotiated;
        // What went wrong in a later handshake, or by too much TLS, does not speak of the session.
        if (OffersSession && !_hadRenegotiated && Failure?.Kind != TlsFailureKind.WithoutData)
        {
            bool isCut = Evidence.TlsFailed || _belowEnded || _handshakeLate;
            _sessions!.Judge(Agreement.IsResumed, _handshakeDone, BytesReceived > 0, isCut, Loop.NowMs);
        }

        OpenSsl.SSL_free(_ssl);
        _ssl = 0;
        _unread.Release();
        _unsent.GiveUp();
        if (reset)
        {
            _below.Abort();
        }
        else
        {
            _below.Close();
        }

        TakeStateOfBelow();
    }

    // Nothing can be received any more.
    private bool IsOver => Evidence.CloseNotify || Evidence.TlsFailed || (_belowEnded && !_unread.Any && !_mayHoldPlain);

    /// <summary>One round of the handshake. True: it waits for room to send; false: for bytes.</summary>
    private bool StepHandshake()
    {
        if (!FlushUnsent() || _unsent.Any)
        {
            return true;
        }

        Enter();
        bool goesOn = true;
        while (goesOn)
        {
            OpenSsl.ERR_clear_error();
            int result = OpenSsl.SSL_do_handshake(_ssl);
            _handshakeDone = result == 1;
            goesOn = !_handshakeDone && GoesOnAfter(result) && (_workspace.UnreadBytes > 0 || (!_unsent.Any && Fill(TlsWorkspace.RecordBytes)));
        }

        Leave();
        LastActivityMs = Loop.NowMs;
        TakeStateOfBelow();
        return _unsent.Any;
    }

    /// <summary>What a call that did not succeed says. True: it may go on, with more bytes or more room.</summary>
    private bool GoesOnAfter(int result)
    {
        switch (OpenSsl.SSL_get_error(_ssl, result))
        {
            case OpenSslAbi.SSL_ERROR_WANT_READ:
                return true;
            case OpenSslAbi.SSL_ERROR_WANT_WRITE:
                return SendProduced() && !_unsent.Any;
            case OpenSslAbi.SSL_ERROR_ZERO_RETURN:
                Evidence.CloseNotify = true;
                return false;
            default:
                Failure = TlsFailure.Of(_ssl, _context.Verifies && !(_handshakeDone && _context.IsServer));
                Evidence.TlsFailed = true;
                return false;
        }
    }

    /// <summary>Receives for OpenSSL what is there below; false: nothing.</summary>
    private bool Fill(int plainRoom)
    {
        if (_bytesWithoutData > _context.MaxBytesWithoutData)
        {
            Failure = TlsFailure.WithoutData(_context.MaxBytesWithoutData);
            Evidence.TlsFailed = true;
        }

        if (_belowEnded || Evidence.TlsFailed || !_below.CanReceiveNow)
        {
            return false;
        }

        // Little more than what there is room for inside: the rest would have to be kept.
        int n = _below.Receive(_workspace.Room(Math.Max(plainRoom, TlsWorkspace.RecordBytes) + TlsWorkspace.RecordOverheadBytes));
        _belowEnded = n == Ended;
        // What was kept has been taken by now, or nothing would be asked for.
        _unread.Release();
        if (n > 0)
        {
            _workspace.Offer(n);
            _bytesWithoutData += _handshakeDone ? n : 0;
        }

        return n > 0;
    }

    /// <summary>The loop's workspace is this connection's until <see cref="Leave"/>.</summary>
    private void Enter()
    {
        Debug.Assert(_workspace.UnreadBytes == 0 && _workspace.ProducedBytes == 0, "the workspace is free");
        if (_unread.Any)
        {
            (byte[] buffer, int start) = _unread.Place;
            _workspace.Offer(buffer, start, _unread.Bytes.Length);
        }
    }

    private void Leave()
    {
        KeepUnread();
        SendProduced();
        if (_workspace.HasNewSession)
        {
            // A later handshake's session may be good for no new connection: servers tie it to what they wanted that handshake for.
            (HasRenegotiated ? null : _sessions)?.Keep(_ssl, Loop.NowMs);
            _mayHoldBuffers = true;
        }

        // Messages of the handshake that come after it make OpenSSL take both of its record buffers, and it keeps one until the next send.
        _mayHoldBuffers = _mayHoldBuffers && !OpenSsl.ReleaseBuffers(_ssl);
        _negotiatesAgain = _handshakeDone && !Evidence.TlsFailed && OpenSsl.SSL_is_init_finished(_ssl) == 0;
        _workspace.End();
    }

    private void KeepUnread()
    {
        if (_unread.Any)
        {
            // Nothing has been received since: what is unread is the end of it.
            _unread.Consume(_unread.Bytes.Length - _workspace.UnreadBytes);
        }
        else if (_workspace.UnreadBytes > 0)
        {
            _unread.Append(_workspace.Unread);
        }
    }

    /// <summary>Encrypts some records and sends them at once; adds to <paramref name="sent"/> what went out in whole records.</summary>
    private unsafe bool SendRecords(ReadOnlySpan<byte> source, ref int sent)
    {
        Span<int> ends = stackalloc int[TlsWorkspace.RecordsPerSend];
        Span<int> plain = stackalloc int[TlsWorkspace.RecordsPerSend];
        int records = 0;
        while (records < ends.Length && source.Length > 0)
        {
            // OpenSSL reads at most so many bytes from the pinned start.
            nuint n = 0;
            int result;
            fixed (byte* first = source)
            {
                OpenSsl.ERR_clear_error();
                result = OpenSsl.SSL_write_ex(_ssl, first, (nuint)Math.Min(source.Length, TlsWorkspace.RecordBytes), &n);
            }

            if (result != 1)
            {
                // The workspace has room for these records, so this is no wait: OpenSSL cannot go on.
                GoesOnAfter(result);
                _workspace.End();
                return false;
            }

            plain[records] = (int)n;
            ends[records] = _workspace.ProducedBytes;
            records++;
            source = source[(int)n..];
        }

        int taken = _below.Send(_workspace.Produced);
        LastActivityMs = taken > 0 ? Loop.NowMs : LastActivityMs;
        if (taken == SendFailed)
        {
            _workspace.End();
            return false;
        }

        sent += _unsent.AppendRest(_workspace.Produced, taken, ends[..records], plain[..records]);
        _workspace.End();
        return true;
    }

    /// <summary>Sends what OpenSSL has made beside data, behind what is still unsent. False: nothing can be sent any more.</summary>
    private bool SendProduced()
    {
        ReadOnlySpan<byte> produced = _workspace.Produced;
        int taken = 0;
        if (produced.Length > 0 && !_unsent.Any)
        {
            taken = _below.Send(produced);
        }

        if (taken >= 0 && taken < produced.Length)
        {
            _unsent.Append(produced[taken..]);
        }

        _workspace.TakeProduced();
        return taken != SendFailed;
    }

    /// <summary>Hands the kernel what it did not take before. False: nothing can be sent any more.</summary>
    private bool FlushUnsent()
    {
        if (!_unsent.Any || !_below.CanSendNow)
        {
            return true;
        }

        int taken = _below.Send(_unsent.Bytes);
        if (taken == SendFailed)
        {
            // Nobody will ever take it, nor anything behind it.
            _unsent.GiveUp();
            _sendShut = true;
            return false;
        }

        LastActivityMs = taken > 0 && _unsent.HasData ? Loop.NowMs : LastActivityMs;
        // Before a send says so: whoever asks meanwhile must know what the peer can have read.
        BytesSent += _unsent.Consume(taken);
        if (!_unsent.Any && _finAfterUnsent)
        {
            _below.ShutdownSend();
        }

        return true;
    }

    /// <summary>close_notify: whoever reads it knows that nothing was cut off.</summary>
    private void SayGoodbye()
    {
        if (_handshakeDone && !Evidence.TlsFailed)
        {
            Enter();
            OpenSsl.ERR_clear_error();
            _ = OpenSsl.SSL_shutdown(_ssl);
            Leave();
        }
    }

    /// <summary>
    /// Whether what stirred on a parked connection concerns TLS alone: tickets, key updates. Data, an end and
    /// anything unreadable do not.
    /// </summary>
    private unsafe bool IsQuiet()
    {
        Enter();
        bool quiet = true;
        while (quiet && (_workspace.UnreadBytes > 0 || Fill(TlsWorkspace.RecordBytes)))
        {
            byte first;
            nuint n;
            OpenSsl.ERR_clear_error();
            int result = OpenSsl.SSL_peek_ex(_ssl, &first, 1, &n);
            quiet = result != 1 && GoesOnAfter(result);
            _mayHoldPlain |= result == 1;
        }

        _mayHoldBuffers = true;
        Leave();
        return quiet && !_belowEnded && !Evidence.TlsFailed && !_below.PeerHungUp;
    }

    /// <summary>What is known of the connection below becomes known of this one.</summary>
    private void TakeStateOfBelow()
    {
        EndEvidence below = _below.Evidence;
        Evidence.PeerFin |= below.PeerFin;
        Evidence.Reset |= below.Reset;
        Evidence.TimedOut |= below.TimedOut;
        HangupSeen |= _below.PeerHungUp || IsOver;
        CanReceive = IsClosed || IsOver || _mayHoldPlain || _unread.Any || _below.CanReceiveNow;
        // What is out of the records of the last send can be told in a renegotiation too.
        bool mayGoOn = !_negotiatesAgain || _unsent.HasData;
        CanSend = IsClosed || Evidence.TlsFailed || (!_unsent.Any && (_sendShut || (mayGoOn && _below.CanSendNow)));
    }
}
