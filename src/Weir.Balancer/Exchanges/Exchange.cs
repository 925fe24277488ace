using Weir.Http;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// One request and its answer: the order of steps from the request's head to the log line, written once for all
/// protocols. Owned by a client stream while its request is under way, and pooled by the loop.
/// </summary>
/// <remarks>
/// Two coroutines at the most: this one, which leads the way to the response and passes it on, and the
/// <see cref="RequestUpload"/> of a body that had not come whole with its head. Whoever finds out that the exchange cannot
/// go on calls <see cref="Stop"/>; both then return from wherever they wait.
/// </remarks>
internal sealed class Exchange
{
    // A real target sends one or two interim responses; without a bound, one that sends them for ever would hold the loop.
    public const int MaxInterimResponses = 32;

    /// <summary>A relay whose sides never block lets others run after this many pieces (about 1 MiB).</summary>
    public const int PiecesBetweenYields = 16;

    private readonly BalancerLoop _owner;
    private readonly Forwarding _forwarding;
    private byte[] _traceId = new byte[256];
    private int _traceIdBytes;
    private bool _followsCookie;
    private bool _ended;

    public Exchange(BalancerLoop owner)
    {
        _owner = owner;
        _forwarding = new Forwarding(owner, this);
    }

    /// <summary>The request's head; filled by the client stream, whose buffer it refers to.</summary>
    public RequestHead Request { get; } = new();

    public ResponseHead Response { get; private set; } = new();

    public ClientStream Client { get; private set; } = null!;

    public PeerText Peer { get; private set; }

    /// <summary>The configuration in force when the request's head was whole: it holds to the exchange's end.</summary>
    public ListenerView Listener { get; set; } = null!;

    public LoopTargetGroup? Group { get; private set; }

    public LoopTarget? Target { get; private set; }

    /// <summary>The target's side, as long as there is one. Set by its <see cref="Forwarding"/>.</summary>
    public TargetStream? Stream { get; set; }

    /// <summary>The request's head came to its end; otherwise there is little to log of it.</summary>
    public bool IsHeadWhole { get; set; }

    /// <summary>It brought a sticky cookie that named no usable target.</summary>
    public bool IsNonSticky { get; set; }

    public StickySession Stickiness => _owner.Stickiness;

    public ReadOnlySpan<byte> TraceId => _traceId.AsSpan(0, _traceIdBytes);

    /// <summary>When the first byte of the request came, by the wall clock, in microseconds.</summary>
    public long CreatedUnixMicros { get; private set; }

    /// <summary>When the request's head was whole, in the loop's microseconds.</summary>
    public long ReceivedMicros { get; set; }

    /// <summary>When the request was sent to the target; 0: never. Set by its <see cref="Forwarding"/>.</summary>
    public long DispatchedMicros { get; set; }

    /// <summary>When the head of the target's response was here; 0: never.</summary>
    public long AnsweredMicros { get; private set; }

    /// <summary>When the response's first byte was handed to the client's connection; 0: never.</summary>
    public long RespondedMicros { get; private set; }

    /// <summary>When it failed, before any page was sent; 0: it did not.</summary>
    public long FailedMicros { get; private set; }

    /// <summary>When it ended, by the wall clock, in microseconds.</summary>
    public long EndedUnixMicros { get; private set; }

    /// <summary>Why it failed, with what was known; its reason is <see cref="FailureReason.None"/> when it did not.</summary>
    public Failure Failure { get; private set; }

    public AttemptState Attempts { get; } = new();

    /// <summary>What became of the first attempt, when there was to be a second; otherwise its reason is none.</summary>
    public Failure FirstAttempt => Attempts.First;

    /// <summary>It must go no further.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Why.</summary>
    public FailureReason StopReason { get; private set; }

    /// <summary>The head of the target's response went to the client: from here on a failure can only cut it short.</summary>
    public bool HeadSent { get; private set; }

    /// <summary>What it has become, once the target agreed to WebSocket.</summary>
    public Tunnel? Tunnel { get; private set; }

    public bool IsWebSocket => Tunnel is not null;

    /// <summary>It waits for the client to take something.</summary>
    public bool WaitsOnClient { get; private set; }

    /// <summary>The rest of the request waits for the client to send it.</summary>
    public bool UploadWaitsOnClient => _forwarding.Upload.WaitsOnClient;

    /// <summary>It is answered, or failed, and comes to its end.</summary>
    public bool IsConcluding { get; private set; }

    /// <summary>After this exchange the client's connection can carry another.</summary>
    public bool KeepsClientOpen { get; private set; }

    public void Begin(ClientStream client, PeerText peer, ListenerView listener)
    {
        Client = client;
        Peer = peer;
        Listener = listener;
        CreatedUnixMicros = _owner.Loop.UnixMicros;
        ReceivedMicros = _owner.Loop.NowMicros;
        _owner.Counters.Add(Counter.RequestsInFlight);
    }

    /// <summary>From the whole head to the log line. Never fails: a failure is one of its outcomes.</summary>
    public async LoopTask Run()
    {
        _traceIdBytes = RequestTracing.Make(_owner.Loop, Request, ref _traceId);
        FailureReason reason = IsStopped ? StopReason : Admission.Judge(Request, Listener.LoadBalancer);
        if (reason == FailureReason.None)
        {
            reason = ChooseTarget();
        }

        if (reason == FailureReason.None)
        {
            reason = await _forwarding.Run();
        }

        await Conclude(reason);
    }

    /// <summary>
    /// Ends it from outside: a deadline, a hang-up, a shutdown. The first reason counts; false when there was one, or
    /// when it had come to its conclusion.
    /// </summary>
    public bool Stop(FailureReason reason)
    {
        if (IsStopped || IsConcluding)
        {
            return false;
        }

        IsStopped = true;
        StopReason = reason;
        _forwarding.Interrupt(reason);
        Client.Interrupt();
        Stream?.Interrupt();
        return true;
    }

    /// <summary>
    /// An exception ended it, which is a bug: what it holds is let go, and like any failure it is answered, where that needs
    /// no waiting, counted and logged.
    /// </summary>
    public void Abandon()
    {
        Stop(FailureReason.InternalError);
        Stream?.Release(reusable: false);
        Stream = null;
        _forwarding.Upload.End();
        if (_ended)
        {
            return;
        }

        _ended = true;
        FailedMicros = _owner.Loop.NowMicros;
        EndedUnixMicros = _owner.Loop.UnixMicros;
        Failure = Failure.WithoutTarget(FailureReason.InternalError);
        KeepsClientOpen = false;
        if (IsHeadWhole && !HeadSent && !IsConcluding && !Client.PeerReset)
        {
            Loop.Start(SendLastPage());
        }

        Record();
    }

    /// <summary>The response can only end with the connection.</summary>
    public void CloseClientAfter() => KeepsClientOpen = false;

    /// <summary>The client closed or reset its direction while nobody was reading from it.</summary>
    public void OnClientHangup()
    {
        if (Client.PeerReset)
        {
            Stop(IsWebSocket ? FailureReason.None
                : !Client.RequestEnded ? FailureReason.ClientClosedInRequest
                : HeadSent ? FailureReason.ClientClosedInResponse
                : FailureReason.ClientClosed);
        }
        else if (Client.RequestEnded && !HeadSent && Listener.LoadBalancer.ClientHalfClose == ClientHalfClose.Strict)
        {
            Stop(FailureReason.ClientClosed);
        }
    }

    /// <summary>Looks at the idle timeout: when to look again, or 0 after having stopped.</summary>
    public long CheckIdle(long nowMs) => IdleDeadline.Check(this, nowMs);

    /// <summary>The answer's head has come elsewhere, and stands in for this one, which is given away.</summary>
    public ResponseHead ReplaceResponse(ResponseHead head)
    {
        ResponseHead former = Response;
        Response = head;
        return former;
    }

    /// <summary>Its request is sent next on the connection at hand.</summary>
    public void OnDispatching()
    {
        Attempts.Begin(_owner.Loop.NowMicros);
        DispatchedMicros = DispatchedMicros == 0 ? Attempts.BeganMicros : DispatchedMicros;
        _owner.Shared.Options.Observer?.OnDispatched(this);
    }

    /// <summary>Another target of the group is to take the request: those before have not looked at it.</summary>
    public void MoveTo(LoopTarget other)
    {
        Attempts.Moves++;
        Target = other;
        DispatchedMicros = 0;
        IsNonSticky |= _followsCookie;
    }

    /// <summary>No other could: it is the first target that failed.</summary>
    public void ReturnTo(LoopTarget first, long dispatchedMicros)
    {
        Target = first;
        DispatchedMicros = dispatchedMicros;
    }

    /// <summary>Forgets everything but the memory.</summary>
    public void Reset()
    {
        Client = null!;
        Peer = default;
        Listener = null!;
        Group = null;
        Target = null;
        Stream = null;
        Tunnel = null;
        Attempts.Reset();
        ReceivedMicros = DispatchedMicros = AnsweredMicros = RespondedMicros = FailedMicros = EndedUnixMicros = 0;
        Failure = default;
        HeadSent = KeepsClientOpen = IsNonSticky = IsHeadWhole = IsConcluding = WaitsOnClient = false;
        StopReason = FailureReason.None;
        IsStopped = _ended = _followsCookie = false;
        _traceIdBytes = 0;
    }

    private FailureReason ChooseTarget()
    {
        Group = Listener.DefaultAction.ChooseGroup(_owner.Loop.Random);
        if (Group is not null && !ProtocolVersionRule.Allows(this, Group.Snapshot.ProtocolVersion))
        {
            return FailureReason.ProtocolVersionMismatch;
        }

        LoopTarget? sticky = Group is null ? null : Stickiness.Choose(this, Group);
        _followsCookie = sticky is not null;
        Target = Attempts.FirstTarget = sticky ?? Group?.Choose();
        if (Target is null)
        {
            return FailureReason.NoTargets;
        }

        _owner.Counters.Add(Counter.RequestsRouted);
        if (Client.IsGrpc)
        {
            _owner.Counters.Add(Counter.GrpcRequests);
        }

        return FailureReason.None;
    }

    /// <summary>Says 100 Continue; false if that cannot be said.</summary>
    public async LoopTask<bool> SendContinue()
    {
        WaitsOnClient = true;
        StreamStatus status = await Client.SendContinue();
        WaitsOnClient = false;
        return status == StreamStatus.Done;
    }

    /// <summary>The client may have hung up while no one listened: with the request's last byte, or during the connect.</summary>
    public FailureReason HangupReason()
    {
        if (Client.PeerHungUp)
        {
            OnClientHangup();
        }

        return IsStopped ? StopReason : FailureReason.None;
    }

    /// <summary>Reads the target's response and passes it on.</summary>
    public async LoopTask<FailureReason> Respond()
    {
        StreamStatus status = await ReceiveHead();
        if (status != StreamStatus.Done)
        {
            return OfTarget(status);
        }

        AnsweredMicros = Stream!.HeadBeganMicros;
        BodyChunk chunk = Stream.TakeBufferedBody();
        if (chunk.Status != StreamStatus.Done)
        {
            return OfTarget(chunk.Status);
        }

        bool agreesToTunnel = Response.StatusCode == 101;
        KeepsClientOpen = !agreesToTunnel && MayKeepClientOpen();
        HeadSent = true;
        RespondedMicros = _owner.Loop.NowMicros;
        WaitsOnClient = true;
        status = await Client.SendHead(this, chunk);
        WaitsOnClient = false;
        if (agreesToTunnel && status == StreamStatus.Done)
        {
            Tunnel = new Tunnel(_owner, this);
            await Tunnel.Run();
            return StopReason;
        }

        for (int pieces = 1; status == StreamStatus.Done && !chunk.IsLast; pieces++)
        {
            if (IsStopped)
            {
                return StopReason;
            }

            chunk = await Stream.ReadBody();
            if (chunk.Status != StreamStatus.Done)
            {
                return OfTarget(chunk.Status);
            }

            WaitsOnClient = true;
            status = await Client.SendBody(chunk);
            WaitsOnClient = false;
            if (pieces % PiecesBetweenYields == 0)
            {
                await _owner.Loop.Yield();
            }
        }

        return status switch
        {
            StreamStatus.Done => FailureReason.None,
            StreamStatus.Stopped => StopReason,
            _ => FailureReason.ClientClosedInResponse,
        };
    }

    private async LoopTask<StreamStatus> ReceiveHead()
    {
        for (int interim = 0; interim <= MaxInterimResponses; interim++)
        {
            if (IsStopped)
            {
                return StreamStatus.Stopped;
            }

            StreamStatus status = await Stream!.ReceiveHead(this);
            if (status != StreamStatus.Done || !Response.IsInterim)
            {
                // 101 answers what was asked for, or is no answer.
                return status == StreamStatus.Done && Response.StatusCode == 101 && !AgreesToWebSocket()
                    ? Malformed(ResponseFault.UnaskedSwitch)
                    : status;
            }

            _owner.Counters.AddTargetCode(Response.StatusCode);
            // Expect was answered here and not passed on, so a 100 of the target's has nobody who waits for it.
            if (Response.StatusCode != 100)
            {
                WaitsOnClient = true;
                status = await Client.SendInterim(Response);
                WaitsOnClient = false;
                if (status == StreamStatus.Stopped)
                {
                    return status;
                }
            }
        }

        return Malformed(ResponseFault.TooManyInterimResponses);
    }

    private StreamStatus Malformed(ResponseFault fault)
    {
        Stream!.ResponseFault = fault;
        return StreamStatus.Malformed;
    }

    private bool AgreesToWebSocket() => Request.Upgrade == UpgradeKind.WebSocket && Response.Upgrade == UpgradeKind.WebSocket;

    private FailureReason OfTarget(StreamStatus status) => status switch
    {
        StreamStatus.Stopped => StopReason,
        StreamStatus.TooLarge => FailureReason.ResponseHeadersTooLarge,
        StreamStatus.TooLargeToSend => FailureReason.RequestTooLargeForTarget,
        StreamStatus.Refused => FailureReason.TargetRefusedStream,
        StreamStatus.Unsent => FailureReason.TargetConnectionLost,
        StreamStatus.Reset => HeadSent ? FailureReason.TargetResetStreamInResponse : FailureReason.TargetResetStream,
        StreamStatus.Faulted => HeadSent ? FailureReason.TargetConnectionFaultInResponse : FailureReason.TargetConnectionFault,
        StreamStatus.GoneAway => HeadSent ? FailureReason.TargetGoAwayInResponse : FailureReason.TargetGoAway,
        StreamStatus.Malformed => HeadSent ? FailureReason.MalformedResponseBody : FailureReason.MalformedResponse,
        _ => HeadSent ? FailureReason.TargetClosedInResponse : FailureReason.TargetClosed,
    };

    private bool MayKeepClientOpen() =>
        Request.KeepAlive && Client.RequestEnded && !_owner.IsDraining
        && !Admission.MustCloseAfter(Request) && !Client.IsOverKeepAlive && Client.MayAskAgain();

    /// <summary>Answers with a page where that is still possible, settles both connections, counts and logs.</summary>
    private async LoopTask Conclude(FailureReason reason)
    {
        IsConcluding = true;
        if (reason != FailureReason.None)
        {
            FailedMicros = _owner.Loop.NowMicros;
            // Where the second connection could not even be made, what is known is what the first one showed.
            Failure = Stream?.Describe(reason)
                ?? (reason == FirstAttempt.Reason ? FirstAttempt : Failure.WithoutTarget(reason) with { TlsProblem = Attempts.TlsProblem });
            _owner.Shared.Options.Observer?.OnFailed(this);
            await Fail(FailureTable.Of(reason));
        }

        EndedUnixMicros = _owner.Loop.UnixMicros;
        _ended = true;
        Record();
        // Not every request is sent whole that was answered, or read whole: its rest would be taken for the next one.
        Stream?.Release(reusable: reason == FailureReason.None && _forwarding.Upload.IsDone && !Admission.MustCloseAfter(Request));
        _forwarding.Upload.End();
    }

    // While the connection to the target is still there to tell about.
    private void Record()
    {
        ExchangeCounting.Count(this, _owner.Counters);
        _owner.Explain?.Ended(this);
        if (Listener.AccessLog is { } log)
        {
            ExchangeLog.Write(this, log);
        }

        _owner.Shared.Options.Observer?.OnEnded(this);
    }

    private async LoopTask SendLastPage() => await Client.SendPage(FailureReason.InternalError);

    private async LoopTask Fail(FailureRow row)
    {
        KeepsClientOpen = false;
        if (HeadSent || row.StatusCode == 0 || Client.PeerReset || row.Reason == FailureReason.ClientClosed)
        {
            return;
        }

        // Whatever of the body is here already is taken, so that a small request leaves its connection usable.
        if (!Client.RequestEnded && row.ClientStaysOpen)
        {
            Client.TakeBufferedBody();
        }

        KeepsClientOpen = row.ClientStaysOpen && MayKeepClientOpen();
        RespondedMicros = _owner.Loop.NowMicros;
        if (await Client.SendPage(row.Reason) != StreamStatus.Done)
        {
            KeepsClientOpen = false;
        }
    }
}
