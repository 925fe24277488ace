using System.Globalization;
using Weir.Balancer;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>Knows every request that a client has begun, hears what clients and targets see of it, and keeps what must not be.</summary>
internal sealed class BalancerOracle(SimNetwork network)
{
    // A run gone wrong says the same thing over and over.
    private const int MaxViolations = 20;

    private readonly List<string> _violations = [];
    private readonly List<RequestRecord> _records = [];
    private readonly Dictionary<ulong, RequestRecord> _byId = [];

    public IReadOnlyList<string> Violations => _violations;

    public IReadOnlyList<RequestRecord> Records => _records;

    public SimNetwork Network { get; } = network;

    /// <summary>Always false, so that a session can end with it.</summary>
    public bool Violated(string what)
    {
        if (_violations.Count < MaxViolations)
        {
            _violations.Add($"at {Network.Elapsed}: {what}");
        }

        return false;
    }

    public RequestRecord? Find(ReadOnlySpan<char> hexId) =>
        ulong.TryParse(hexId, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong id) ? _byId.GetValueOrDefault(id) : null;

    public void Began(RequestRecord record)
    {
        _records.Add(record);
        _byId.Add(record.Id, record);
    }

    /// <summary>A request's head has come to a target.</summary>
    public RequestRecord? Arrived(MessageHead head, bool hasBody)
    {
        if (Find(head["X-Id"]) is not { } record || head.StartLine != $"{record.Method} {record.Path} HTTP/1.1")
        {
            Violated($"a target got a request that no client has sent: {head.StartLine}, X-Id {head["X-Id"]}");
            return null;
        }

        record.Arrivals++;
        if (record.Flaw.IsOfHead())
        {
            Violated($"a malformed request came to a target: {record}");
        }

        if (record.Arrivals > record.MayArrive)
        {
            Violated($"came {record.Arrivals} times to a target, and may have come {record.MayArrive} times: {record}");
        }

        // Over HTTP/2 an empty body is none.
        bool isEmpty = record.BodyHash == Payload.EmptyHash && head[":method"] is not null;
        if (record.HasBody != hasBody && !isEmpty)
        {
            Violated($"came with another framing to a target: {record}");
        }

        if (record.IsBehindClose)
        {
            Violated($"was forwarded although the connection was to close before it: {record}");
        }

        return record;
    }

    public void RequestBody(RequestRecord record, ReadOnlySpan<byte> bytes, long offset)
    {
        int difference = Payload.FirstDifference(bytes, Payload.RequestSeed(record.Id), offset);
        if (difference >= 0)
        {
            Violated($"byte {offset + difference} of a request's body is not the one that was sent: {record}");
        }
    }

    /// <summary>A final response's head has come to a client. True: it is a target's.</summary>
    public bool ResponseBegan(RequestRecord record, MessageHead head)
    {
        if (head["X-Id"] is not { } id)
        {
            if (record.IsGrpc && head["grpc-status"] is null)
            {
                Violated($"a call got no grpc-status: {record}");
            }

            if (head["Server"] != "awselb/2.0" || !FailureTable.Rows.Any(row => row.StatusCode == head.Status))
            {
                Violated($"got a response of nobody's: {head.StartLine}; {record}");
            }

            return false;
        }

        if (record.IsOnSpoiltConnection)
        {
            return false;
        }

        if (Find(id) != record)
        {
            Violated($"got the response to {id}: {record}");
        }
        else if (record.Answer?.Status != head.Status)
        {
            Violated($"got a response that its target did not give: {head.StartLine}; {record}");
        }
        else if (record.Flaw == RequestFlaw.None && head["X-Body-Hash"] is { } hash && hash != record.BodyHash.ToString("x16", CultureInfo.InvariantCulture))
        {
            Violated($"its target answered to a body that was not sent: {record}");
        }

        return true;
    }

    public void ResponseBody(RequestRecord record, ReadOnlySpan<byte> bytes, long offset)
    {
        int difference = Payload.FirstDifference(bytes, Payload.ResponseSeed(record.Id), offset);
        if (difference >= 0)
        {
            Violated($"byte {offset + difference} of a response is not the one that its target sent: {record}");
        }
    }

    /// <summary>A client has the whole response, over HTTP/2: with the trailers that the target sent, and no others.</summary>
    public void TrailersEnded(RequestRecord record, FrameStream stream)
    {
        bool isExpected = stream.IsAnswer && record.Answer is { Framing: AnswerFraming.ChunkedWithTrailers, Status: not 204 and not 304 } && record.Method != "HEAD";
        MessageHead? trailers = stream.ReceivedTrailers;
        if (isExpected ? trailers?["X-Trailer"] != "one" || trailers["X-Other"] != "two" : trailers is not null)
        {
            Violated($"got other trailers than its target sent ({trailers?.Fields.Count}): {record}");
        }
    }

    /// <summary>A client has the whole response.</summary>
    public void ResponseEnded(RequestRecord record, MessageHead head, bool isAnswer, long bodyBytes)
    {
        record.Outcome = isAnswer ? RequestOutcome.Answer
            : head["X-Id"] is null ? RequestOutcome.Page
            : RequestOutcome.Unasked;
        record.Status = head.Status;
        if (isAnswer && record.Answer is { } answer)
        {
            bool hasBody = record.Method != "HEAD" && answer.Status is not 204 and not 304;
            // A process that dies ends its connections with FIN, which is the end of such a body.
            bool endedByDeath = answer.Framing == AnswerFraming.UntilClose && record.AnsweredBy!.Loop.IsKilled;
            if (bodyBytes != (hasBody ? answer.WholeBodyBytes : 0) && !endedByDeath)
            {
                Violated($"took {bodyBytes} bytes for the whole body: {record}");
            }

            if (hasBody && answer.IsNeverWhole && !endedByDeath)
            {
                Violated($"took for whole what was not: {record}");
            }
        }
    }
}
