using System.Text;
using Weir.Balancer;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>Sits inside the balancer and holds what it believes of an exchange against what the network knows.</summary>
internal sealed class FailureOracle(BalancerWorld world, SimNetwork network) : IExchangeObserver
{
    private const long IdleMicros = 60_000_000;

    // A loop's millisecond clock is cut off.
    private const long ClockMicros = 2_000;

    // A stall, and the time that a slow reader takes for what is in its buffers.
    private const long UnderWayMicros = 20_000_000;

    private const long GoAwayGraceMicros = 3_000_000;
    private const int MaxAddedBytes = 600;

    private readonly BalancerOracle _oracle = world.Oracle;

    /// <summary>Exchanges whose request was too broken to have a path, by client endpoint.</summary>
    public Dictionary<string, int> Unreadable { get; } = [];

    public long[] Reasons { get; } = new long[Enum.GetValues<FailureReason>().Length];

    public long Ended { get; private set; }

    public long UnreadableCount { get; private set; }

    /// <summary>Of them, those over HTTP/2.</summary>
    public long UnreadableHttp2Count { get; private set; }

    public long NewConnections { get; private set; }

    public long ReusedConnections { get; private set; }

    /// <summary>Requests that went out once more on a new connection.</summary>
    public long Retried { get; private set; }

    public void OnDispatched(Exchange exchange)
    {
        Connection connection = exchange.TargetConnection()!;
        SimDelivered delivered = network.DeliveredTo(connection);
        bool isReused = exchange.Stream!.IsReused;
        if (isReused && (delivered.Fin || delivered.Reset || delivered.GaveUp))
        {
            _oracle.Violated($"a connection was used again whose end had been delivered ({delivered})");
        }

        if (exchange.Stream is Http1Target)
        {
            NewConnections += isReused ? 0 : 1;
            ReusedConnections += isReused ? 1 : 0;
            // Behind a handshake come tickets, which nobody asks for either.
            bool mayHoldTickets = !isReused && connection is TlsConnection;
            if (network.UnreadBytes(connection) > 0 && !mayHoldTickets)
            {
                _oracle.Violated("a connection was used again on which bytes had been delivered that nobody asked for");
            }
        }

        if (Find(exchange) is { } record)
        {
            CheckAttempt(exchange, record);
            record.SentOn = connection.LocalEndPoint;
            record.IsTargetPathClean = RecordingFaults.LosesNothing(network.PlanOf(connection));
            record.IsOnSpoiltConnection = world.SpoiltConnections.Contains(record.SentOn);
        }
    }

    // Source: RFC 9110 §9.2.2, RFC 9113 §8.7; the rules of the mode protect.
    private void CheckAttempt(Exchange exchange, RequestRecord record)
    {
        ReadOnlySpan<Attempt> ended = exchange.Attempts.Ended;
        if (ended.IsEmpty)
        {
            record.MayArrive++;
            return;
        }

        Retried++;
        Failure last = ended[^1].Facts;
        bool wasSent = last.BytesWritten > 0;
        bool isRefused = last.Reason == FailureReason.TargetRefusedStream;
        if (isRefused ? wasSent && !WasRefused(record) : WhyNotAgain(exchange, record, last) is not null)
        {
            _oracle.Violated($"sent again against the rules, after {last}: {record}");
        }

        // A target that has refused it has not looked at it.
        record.MayArrive += wasSent && !isRefused ? 1 : 0;
    }

    private bool WasRefused(RequestRecord record) => record.SentOn is { } connection && world.RefusingConnections.Contains(connection);

    private static string? WhyNotAgain(Exchange exchange, RequestRecord record, in Failure last)
    {
        int closes = 0;
        foreach (ref readonly Attempt attempt in exchange.Attempts.Ended)
        {
            closes += attempt.Facts.Reason == FailureReason.TargetClosed ? 1 : 0;
        }

        // Other streams may have been there first on a new connection of HTTP/2; on one of HTTP/1.1 nobody.
        return last.Reason != FailureReason.TargetClosed && last.BytesWritten > 0 ? "it had met no close"
            : !last.Reused && last.BytesWritten > 0 ? "the connection was new"
            : exchange.Stream is Http1Target { Requests: > 0 } ? "not on a new connection"
            : last.ResponseBytes > 0 ? "an answer had begun"
            : last.BytesWritten > 0 && !MaySendTwice(record) ? "it is not idempotent"
            : closes > 1 ? "it had met two closes"
            : null;
    }

    private static bool MaySendTwice(RequestRecord record) => record.Method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE";

    public void OnFailed(Exchange exchange)
    {
        RequestRecord? record = Find(exchange);
        if (WhyWrong(exchange, record) is { } why)
        {
            _oracle.Violated($"{exchange.Failure.Reason}, but {why}: {exchange.Failure}; {record}");
        }

        if (exchange.Failure is { Reason: FailureReason.TargetClosed, Reused: true, ResponseBytes: 0 } failure
            && exchange.FirstAttempt.Reason == FailureReason.None && record is { HasBody: false } && MaySendTwice(record))
        {
            _oracle.Violated($"could have been sent again: {failure}; {record}");
        }

        // Behind a close it goes to no other, as any request that has met one.
        if (exchange is { Failure.Reason: FailureReason.TargetRefusedStream, IsStopped: false, Attempts.MetClose: false } && record is { HasBody: false }
            && exchange.Attempts.Moves < AttemptState.MaxMoves && exchange.Group!.HasOther(exchange.Attempts.FirstTarget!, exchange.Target!))
        {
            _oracle.Violated($"another target could have taken it: {exchange.Failure}; {record}");
        }

        if (!IsCodeTrue(exchange.Failure, exchange.TargetConnection()))
        {
            _oracle.Violated($"the target's GOAWAY had no such code: {exchange.Failure}; {record}");
        }

        CheckEnd(exchange, record);
    }

    public void OnEnded(Exchange exchange)
    {
        Ended++;
        FailureReason reason = exchange.Failure.Reason;
        Reasons[(int)reason]++;
        RequestRecord? record = Find(exchange);
        if (record is null)
        {
            string client = exchange.ClientConnection().RemoteEndPoint.ToString();
            UnreadableCount++;
            UnreadableHttp2Count += exchange.Client.IsHttp2 ? 1 : 0;
            Unreadable[client] = Unreadable.GetValueOrDefault(client) + 1;
        }
        else
        {
            if (exchange.IsWebSocket && reason == FailureReason.None && !IsOver(exchange))
            {
                _oracle.Violated($"a tunnel ended, and nobody had ended it: {record}");
            }

            record.Ends++;
            record.Reason = reason;
            record.HeadSent = exchange.HeadSent;
            record.ElbStatus = exchange.HeadSent ? exchange.Response.StatusCode : FailureTable.Of(reason).StatusCode;
            record.SentBytes = exchange.Client.SentBytes;
            record.ReceivedBytes = exchange.Client.ReceivedBytes;
            if (exchange.ClientConnection().RemoteEndPoint.ToString() != record.Session.LocalEndPoint?.ToString())
            {
                _oracle.Violated($"ended on another client's connection: {record}");
            }
        }
    }

    private RequestRecord? Find(Exchange exchange)
    {
        string path = Encoding.ASCII.GetString(exchange is { IsHeadWhole: true, Request.Refusal: Http.RequestRefusal.None } ? exchange.Request.Target : default);
        return path.StartsWith("/r/", StringComparison.Ordinal) ? _oracle.Find(path.AsSpan(3)) : null;
    }

    private bool IsCodeTrue(in Failure failure, Connection? target) => failure.GoAwayCode == Http.Http2.Http2ErrorCode.NoError || target is null
        || (world.ErrorsOfGoAway.TryGetValue(target.LocalEndPoint, out (ErrorCode Code, TimeSpan At) said) && (int)said.Code == (int)failure.GoAwayCode);

    // Added to each request on its way are fields of the balancer's own.
    private bool MayBeTooLarge(RequestRecord? record, Connection? target) =>
        record is not null && target is not null && world.HeadLimits.TryGetValue(target.LocalEndPoint, out int limitBytes)
        && record.HeadBytes + MaxAddedBytes > limitBytes;

    private string? WhyWrong(Exchange exchange, RequestRecord? record)
    {
        bool clientEnded = HasEnded(exchange.ClientConnection()) || record is { WasAbandoned: true } or { IsHttp2: true, Session.TakesNothing: true }
            || LeftNoWindow(record);
        bool targetEnded = exchange.TargetConnection() is { } target && HasEnded(target);
        long quietClientMicros = exchange.FailedMicros - (exchange.Client.LastActivityMs * 1000);
        long quietTargetMicros = exchange.FailedMicros - Math.Max(exchange.DispatchedMicros, (exchange.Stream?.LastActivityMs ?? 0) * 1000);
        switch (exchange.Failure.Reason)
        {
            case FailureReason.ClientClosed or FailureReason.ClientClosedInRequest or FailureReason.ClientClosedInResponse:
                return clientEnded ? null : "the client's side has not ended";
            case FailureReason.ClientSilent or FailureReason.ClientSilentInResponse:
                return quietClientMicros >= IdleMicros - ClockMicros || LeftNoWindow(record) ? null : $"the client was quiet for {quietClientMicros} µs only";
            case FailureReason.TargetClosed when exchange.Stream is null:
                // The second connection could not be had: the first one's end is the reason.
                return exchange.FirstAttempt is { Reason: FailureReason.TargetClosed, BytesWritten: > 0 } ? null : "nothing was sent before";
            case FailureReason.TargetRefusedStream:
                return record is null || WasRefused(record) || exchange.Stream is null ? null : "no target has refused it";
            case FailureReason.TargetConnectionLost:
                return exchange.Failure.BytesWritten > 0 ? "something of it was sent"
                    : record is null || exchange.Stream is null || targetEnded || WasRefused(record) || world.FaultyConnections.Contains(record.SentOn!) ? null
                    : "the connection is there";
            case FailureReason.TargetResetStream or FailureReason.TargetResetStreamInResponse:
                return record?.Answer?.Kind is AnswerKind.Reset or AnswerKind.ResetInside ? null : "the target has not reset it";
            case FailureReason.TargetConnectionFault or FailureReason.TargetConnectionFaultInResponse:
                return record?.SentOn is { } faulty && world.FaultyConnections.Contains(faulty) ? null : "the target kept to the rules";
            case FailureReason.ProtocolVersionMismatch:
                return record is null || !IsOfVersion(record) ? null : "it fits the target group";
            case FailureReason.TargetClosed or FailureReason.TargetClosedInResponse:
                return targetEnded ? null : "the target's side has not ended";
            case FailureReason.TargetSilent or FailureReason.TargetSilentInResponse:
                return quietTargetMicros >= IdleMicros - ClockMicros ? null : $"the target was quiet for {quietTargetMicros} µs only";
            case FailureReason.MalformedResponse:
                return record?.Answer?.Kind is AnswerKind.MalformedHead or AnswerKind.MalformedBody ? null : "the target kept to HTTP";
            case FailureReason.MalformedResponseBody:
                return record?.Answer?.Kind == AnswerKind.MalformedBody ? null : "the target's framing was right";
            case FailureReason.ResponseHeadersTooLarge:
                return record?.Answer?.Kind == AnswerKind.HugeHead ? null : "the target's head was not large";
            case FailureReason.TargetGoAway or FailureReason.TargetGoAwayInResponse:
                return record?.SentOn is not { } left || !world.ErrorsOfGoAway.TryGetValue(left, out (ErrorCode Code, TimeSpan At) said) ? "the target said no GOAWAY with an error"
                    : (network.Elapsed - said.At).TotalMicroseconds >= GoAwayGraceMicros - ClockMicros ? null
                    : "the target was not given its time";
            case FailureReason.RequestTooLargeForTarget:
                return MayBeTooLarge(record, exchange.TargetConnection()) ? null : "the target takes as much";
            case FailureReason.MalformedRequest:
                return exchange.Client.IsHttp2 && record is null ? null : "the request is well formed";
            case FailureReason.MalformedRequestBody:
                return record is not null && record.Flaw.IsOfBody() ? null : "the request's body is well formed";
            case FailureReason.MethodNotAllowed:
                return record?.Method == "TRACE" ? null : "the method is allowed";
            case FailureReason.ConnectRefused or FailureReason.ConnectTimedOut or FailureReason.ConnectUnreachable:
                return exchange.Stream is null ? null : "there was a connection";
            case FailureReason.TargetTlsFailed or FailureReason.TargetTlsTimedOut:
                return exchange.Stream is null && world.Tls.Target is not null ? null : "no handshake was under way";
            case FailureReason.DeregistrationDelayOver:
                return world.TargetsWereChanged ? null : "no target was deregistered";
            case FailureReason.Stopping:
                return world.IsDraining ? null : "the balancer did not stop";
            default:
                return "nothing in this world does that";
        }
    }

    // Source: ALB user guide, target groups, protocol version.
    private bool IsOfVersion(RequestRecord record) => world.Kind.Targets switch
    {
        TargetProtocolVersion.Http1 => !record.IsGrpc,
        TargetProtocolVersion.Http2 => record.IsHttp2,
        _ => record is { IsHttp2: true, Method: "POST" },
    };

    // Over HTTP/2 a client that takes nothing on any stream is silent on all. What was under way came later than it was sent.
    private bool LeftNoWindow(RequestRecord? record) =>
        record is { IsHttp2: true } && (network.Elapsed - record.Session.LastPiece).TotalMicroseconds >= IdleMicros - UnderWayMicros;

    // Both ways have ended, or one was broken, or there was silence.
    private bool IsOver(Exchange exchange)
    {
        Connection client = exchange.ClientConnection();
        Connection target = exchange.TargetConnection()!;
        long quietMicros = (client.Loop.NowMs - exchange.Tunnel!.LastActivityMs) * 1000;
        return (HasEnded(client) && HasEnded(target)) || IsBroken(client) || IsBroken(target) || quietMicros >= IdleMicros - ClockMicros;
    }

    // Over TLS an end that is not said is a broken one.
    private bool IsBroken(Connection connection)
    {
        SimDelivered delivered = network.DeliveredTo(connection);
        return delivered.Reset || delivered.GaveUp || (delivered.Fin && connection is TlsConnection);
    }

    // Over TLS the end is said before the FIN.
    private bool HasEnded(Connection connection)
    {
        SimDelivered delivered = network.DeliveredTo(connection);
        return delivered.Fin || delivered.Reset || delivered.GaveUp || SaidGoodbye(connection);
    }

    private bool SaidGoodbye(Connection connection) => connection is TlsConnection && network.PeerHasShut(connection);

    private void CheckEnd(Exchange exchange, RequestRecord? record)
    {
        if (exchange.TargetConnection() is not { } target)
        {
            return;
        }

        SimDelivered delivered = network.DeliveredTo(target);
        Failure failure = exchange.Failure;
        bool isTrue = failure.End switch
        {
            ConnectionEnd.Fin => delivered.Fin,
            ConnectionEnd.Rst => delivered.Reset && failure.ResponseBytes == 0,
            ConnectionEnd.RstAfterData => delivered.Reset && failure.ResponseBytes > 0,
            ConnectionEnd.FinThenRst => delivered is { Fin: true, Reset: true },
            ConnectionEnd.Timeout => delivered.GaveUp,
            ConnectionEnd.CloseNotify => SaidGoodbye(target),
            ConnectionEnd.ClosedByUs or ConnectionEnd.TlsFailed => false,
            _ => failure.Reason is not FailureReason.TargetClosed and not FailureReason.TargetClosedInResponse,
        };
        if (!isTrue || failure.BytesAcknowledged > failure.BytesWritten)
        {
            _oracle.Violated($"the target's connection is not as described ({delivered}): {failure}; {record}");
        }
    }
}
