using System.Text;
using Weir.Balancer;
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

    private readonly BalancerOracle _oracle = world.Oracle;

    /// <summary>Exchanges whose request was too broken to have a path, by client endpoint.</summary>
    public Dictionary<string, int> Unreadable { get; } = [];

    public long[] Reasons { get; } = new long[Enum.GetValues<FailureReason>().Length];

    public long Ended { get; private set; }

    public long UnreadableCount { get; private set; }

    public long NewConnections { get; private set; }

    public long ReusedConnections { get; private set; }

    /// <summary>Requests that went out once more on a new connection.</summary>
    public long Retried { get; private set; }

    public void OnDispatched(Exchange exchange)
    {
        var target = (Http1Target)exchange.Stream!;
        SimDelivered delivered = network.DeliveredTo(target.Connection);
        NewConnections += target.Requests == 0 ? 1 : 0;
        ReusedConnections += target.Requests > 0 ? 1 : 0;
        if (target.Requests > 0 && (delivered.Fin || delivered.Reset || delivered.GaveUp))
        {
            _oracle.Violated($"a connection was used again whose end had been delivered ({delivered})");
        }

        // Behind a handshake come tickets, which nobody asks for either.
        bool mayHoldTickets = target is { Requests: 0, Connection: TlsConnection };
        if (network.UnreadBytes(target.Connection) > 0 && !mayHoldTickets)
        {
            _oracle.Violated("a connection was used again on which bytes had been delivered that nobody asked for");
        }

        if (Find(exchange) is { } record)
        {
            CheckAttempt(exchange, target, record);
            record.IsOnSpoiltConnection = world.SpoiltConnections.Contains(target.Connection.LocalEndPoint);
        }
    }

    // Source: RFC 9110 §9.2.2; the rules of the mode protect.
    private void CheckAttempt(Exchange exchange, Http1Target target, RequestRecord record)
    {
        Failure first = exchange.FirstAttempt;
        if (first.Reason == FailureReason.None)
        {
            record.MayArrive++;
            return;
        }

        Retried++;
        bool wasSent = first.BytesWritten > 0;
        if (target.Requests > 0 || !first.Reused || first.ResponseBytes > 0 || (wasSent && !MaySendTwice(record)) || record.MayArrive > 1)
        {
            _oracle.Violated($"sent again against the rules, after {first}: {record}");
        }

        record.MayArrive += wasSent ? 1 : 0;
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
            Unreadable[client] = Unreadable.GetValueOrDefault(client) + 1;
        }
        else
        {
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
        string path = Encoding.ASCII.GetString(exchange.Request.Refusal == Http.RequestRefusal.None ? exchange.Request.Target : default);
        return path.StartsWith("/r/", StringComparison.Ordinal) ? _oracle.Find(path.AsSpan(3)) : null;
    }

    private string? WhyWrong(Exchange exchange, RequestRecord? record)
    {
        bool clientEnded = HasEnded(exchange.ClientConnection()) || record is { WasAbandoned: true } or { IsHttp2: true, Session.TakesNothing: true };
        bool targetEnded = exchange.Stream is Http1Target stream && HasEnded(stream.Connection);
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

    // Over HTTP/2 a client that takes nothing on any stream is silent on all. What was under way came later than it was sent.
    private bool LeftNoWindow(RequestRecord? record) =>
        record is { IsHttp2: true } && (network.Elapsed - record.Session.LastPiece).TotalMicroseconds >= IdleMicros - UnderWayMicros;

    // Over TLS the end is said before the FIN.
    private bool HasEnded(Connection connection)
    {
        SimDelivered delivered = network.DeliveredTo(connection);
        return delivered.Fin || delivered.Reset || delivered.GaveUp || SaidGoodbye(connection);
    }

    private bool SaidGoodbye(Connection connection) => connection is TlsConnection && network.PeerHasShut(connection);

    private void CheckEnd(Exchange exchange, RequestRecord? record)
    {
        if (exchange.Stream is not Http1Target target)
        {
            return;
        }

        SimDelivered delivered = network.DeliveredTo(target.Connection);
        Failure failure = exchange.Failure;
        bool isTrue = failure.End switch
        {
            ConnectionEnd.Fin => delivered.Fin,
            ConnectionEnd.Rst => delivered.Reset && failure.ResponseBytes == 0,
            ConnectionEnd.RstAfterData => delivered.Reset && failure.ResponseBytes > 0,
            ConnectionEnd.FinThenRst => delivered is { Fin: true, Reset: true },
            ConnectionEnd.Timeout => delivered.GaveUp,
            ConnectionEnd.CloseNotify => SaidGoodbye(target.Connection),
            ConnectionEnd.ClosedByUs or ConnectionEnd.TlsFailed => false,
            _ => failure.Reason is not FailureReason.TargetClosed and not FailureReason.TargetClosedInResponse,
        };
        if (!isTrue || failure.BytesAcknowledged > failure.BytesWritten)
        {
            _oracle.Violated($"the target's connection is not as described ({delivered}): {failure}; {record}");
        }
    }
}
