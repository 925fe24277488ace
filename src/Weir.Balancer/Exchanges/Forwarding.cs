using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// Gets an exchange's request to a target: on a connection that is there or on a new one, in one attempt, or in several where one met
/// a close or was refused. One belongs to each exchange, and is pooled with it.
/// </summary>
internal sealed class Forwarding
{
    // For a request that has met a close: its 502 is certain, and a target that does not accept at once has gone down. So, as a
    // rule, has one that has refused a request, and others have it sooner.
    private static readonly TimeSpan _againLimit = TimeSpan.FromSeconds(1);

    private readonly BalancerLoop _owner;
    private readonly Exchange _exchange;
    private readonly TargetConnector _connector;

    public Forwarding(BalancerLoop owner, Exchange exchange)
    {
        _owner = owner;
        _exchange = exchange;
        _connector = new TargetConnector(owner, exchange);
        Upload = new RequestUpload(owner, exchange);
    }

    /// <summary>Sends what of the request comes after its head.</summary>
    public RequestUpload Upload { get; }

    /// <summary>The exchange cannot go on: a connect under way ends with that reason.</summary>
    public void Interrupt(FailureReason reason) => _connector.Interrupt(reason);

    /// <summary>From the chosen target to the end of its answer.</summary>
    public async LoopTask<FailureReason> Run()
    {
        if (_exchange.Request.ExpectContinue && !await _exchange.SendContinue())
        {
            return _exchange.IsStopped ? _exchange.StopReason : FailureReason.ClientClosedInRequest;
        }

        // What has come of the body goes along with the head.
        BodyChunk first = TlsHeaders.RemoveTrailers(_exchange, _exchange.Client.TakeBufferedBody());
        if (first.Status != StreamStatus.Done)
        {
            return FailureReason.MalformedRequestBody;
        }

        // A client that is gone already costs no connection to a target.
        FailureReason reason = _exchange.HangupReason();
        if (reason == FailureReason.None)
        {
            _exchange.Stream = _connector.TakePooled();
            reason = _exchange.Stream is null ? await Connect(TargetDial.ConnectLimit, mayBeIdle: true) : reason;
        }

        if (reason == FailureReason.TargetRefusedStream)
        {
            // On none of its connections is there room.
            _exchange.Attempts.EndUnconnected(_exchange.Target!, reason);
            reason = await Move(reason);
        }

        if (reason != FailureReason.None)
        {
            return reason;
        }

        if (AnotherAttempt.MayCome(_exchange, _exchange.Stream!))
        {
            Upload.Held.Begin(_exchange.Listener.LoadBalancer.StaleConnections.HeldBodyBytes);
        }

        Upload.Held.Add(first);
        reason = await Attempt(first);
        reason = MayAttemptAgain(reason) ? await AttemptAgain(reason, first) : reason;
        // What was told to stop in the moment of a refusal would have gone on otherwise.
        return AnotherAttempt.IsUnseen(reason) && _exchange.IsStopped ? _exchange.StopReason : reason;
    }

    private async LoopTask<FailureReason> Connect(TimeSpan limit, bool mayBeIdle)
    {
        (FailureReason reason, _exchange.Stream) = await _connector.Connect(limit, mayBeIdle);
        return reason == FailureReason.None ? _exchange.HangupReason() : reason;
    }

    /// <summary>
    /// Sends the request on the connection at hand, and passes the answer on. No coroutine of its own: most requests are sent
    /// whole at once.
    /// </summary>
    private LoopTask<FailureReason> Attempt(BodyChunk first)
    {
        _exchange.OnDispatching();
        LoopTask<StreamStatus> head = _exchange.Stream!.SendHead(_exchange, first);
        if (!first.IsLast || !head.IsCompleted)
        {
            return RespondWhileUploading(Upload.Run(head, first));
        }

        Upload.IsDone = head.GetAwaiter().GetResult() == StreamStatus.Done;
        return _exchange.Respond();
    }

    private async LoopTask<FailureReason> RespondWhileUploading(LoopTask upload)
    {
        FailureReason reason = await _exchange.Respond();
        bool isPaused = false;
        if (!upload.IsCompleted)
        {
            isPaused = MayAttemptAgain(reason);
            if (isPaused)
            {
                Upload.Pause();
            }
            else
            {
                // The answer is complete, or will never be: the rest of the request has no reader any more.
                _exchange.Stop(reason);
            }
        }

        await upload;
        // It would have gone on: what keeps it from that is the client, or whoever else has stopped it meanwhile.
        return isPaused && _exchange.IsStopped ? _exchange.StopReason : reason;
    }

    private bool MayAttemptAgain(FailureReason reason) => AnotherAttempt.IsAllowed(_exchange, reason, Upload.Held.IsWhole);

    private async LoopTask<FailureReason> AttemptAgain(FailureReason reason, BodyChunk sent)
    {
        AttemptState attempts = _exchange.Attempts;
        LoopTarget target = _exchange.Target!;
        long dispatchedMicros = 0;
        bool wasSent = false;
        bool isCounted = false;
        do
        {
            bool isSent = _exchange.Stream!.SentBytes > 0;
            bool isRefused = reason == FailureReason.TargetRefusedStream;
            wasSent |= isSent;
            attempts.End(_exchange.Target!, _exchange.Stream.Describe(reason), _owner.Loop.NowMicros);
            LetGo();
            _exchange.DispatchedMicros = wasSent ? _exchange.DispatchedMicros : 0;
            dispatchedMicros = _exchange.Target == target ? _exchange.DispatchedMicros : dispatchedMicros;
            FailureReason unconnected = AnotherAttempt.IsUnseen(reason) ? await ReachAgain() : await ReconnectAfterClose(isSent);
            if (unconnected != FailureReason.None)
            {
                // Where no other connection can be had, the first one's end remains the reason; unless nothing was sent on it, or
                // the client has gone meanwhile.
                if (!wasSent || (_exchange.IsStopped && unconnected != FailureReason.ConnectTimedOut))
                {
                    return unconnected;
                }

                _exchange.ReturnTo(target, dispatchedMicros);
                return attempts.First.Reason;
            }

            if (isRefused && !isCounted)
            {
                isCounted = true;
                _owner.Counters.Add(Counter.RequestsSentAgainAfterRefusal);
            }
            else if (!isRefused && !isSent)
            {
                StaleConnectionEvents.Replaced(_owner, _exchange);
            }

            reason = await Attempt(Upload.Held.IsWhole ? Upload.Held.ToChunk() : sent);
        }
        while (MayAttemptAgain(reason));
        // An answer that broke off saved nobody.
        if (attempts.First is { Reason: FailureReason.TargetClosed, BytesWritten: > 0 } && _exchange.HeadSent
            && (reason == FailureReason.None || FailureTable.Of(reason).Side != FailureSide.Target))
        {
            StaleConnectionEvents.Retried(_owner, _exchange);
        }

        return reason;
    }

    private void LetGo()
    {
        _exchange.Stream!.Release(reusable: false);
        _exchange.Stream = null;
        Upload.BeginAgain();
    }

    // To the same target: it is the one that the rules and the stickiness chose, and it has shown no fault.
    private async LoopTask<FailureReason> ReconnectAfterClose(bool isSent)
    {
        FailureReason reason = await Connect(isSent ? _againLimit : TargetDial.ConnectLimit, mayBeIdle: !isSent);
        NoteUnconnected(reason);
        return reason;
    }

    // A target that refuses for the first time is alive, or has a successor under its address: it is asked once more, as rules and
    // stickiness want it. One that is deregistered gets no new requests, where others are there to take them.
    private async LoopTask<FailureReason> ReachAgain()
    {
        bool mayMove = AnotherAttempt.MayMove(_exchange);
        if (_exchange.Attempts.Count > 1 || (_exchange.Target!.IsDeregistered && mayMove))
        {
            return await Move(FailureReason.TargetRefusedStream);
        }

        FailureReason reason = await Reach();
        return reason == FailureReason.None || _exchange.IsStopped ? reason : await Move(reason);
    }

    // Other targets, one after the other, until one of them is reached: nobody has looked at the request.
    private async LoopTask<FailureReason> Move(FailureReason reason)
    {
        while (reason != FailureReason.None && !_exchange.IsStopped && AnotherAttempt.MayMove(_exchange))
        {
            _exchange.MoveTo(_exchange.Group!.ChooseOther(_exchange.Attempts.FirstTarget!, _exchange.Target!)!);
            reason = await Reach();
        }

        return reason;
    }

    // A connection to the present target, in less time where another one may take the request.
    private async LoopTask<FailureReason> Reach()
    {
        _exchange.Stream = _connector.TakePooled();
        FailureReason reason = _exchange.Stream is not null
            ? _exchange.HangupReason()
            : await Connect(AnotherAttempt.MayMove(_exchange) ? _againLimit : TargetDial.ConnectLimit, mayBeIdle: true);
        NoteUnconnected(reason);
        return reason;
    }

    private void NoteUnconnected(FailureReason reason)
    {
        if (reason != FailureReason.None && _exchange.Stream is null)
        {
            _exchange.Attempts.EndUnconnected(_exchange.Target!, reason);
        }
    }
}
