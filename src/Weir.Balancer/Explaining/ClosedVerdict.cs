using Weir.Http.Http2;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// The verdicts of a connection that the target closed before it answered: the keep-alive race, and what only looks like it.
/// </summary>
internal static class ClosedVerdict
{
    /// <summary>A request failed by it.</summary>
    public static void Write(in ExplainRecord record, VerdictText text)
    {
        Failure facts = record.Facts;
        if (facts.GoAwayCode != Http2ErrorCode.NoError)
        {
            GoAwayVerdict.WriteClosed(record, text);
            if (facts is { ResponseBytes: 0, Reused: true })
            {
                WriteWhyNotAgain(record, text);
            }

            WriteIfUnknown(record, text);
        }
        else if (facts is { End: ConnectionEnd.TlsFailed, ResponseBytes: 0 })
        {
            WriteTls(record, text);
        }
        else if (facts.ResponseBytes > 0)
        {
            text.Say($"The target {Verdict.Closed(facts.End)} the connection {Later(record)} after this {Verdict.NameOf(record)} was sent, with {facts.ResponseBytes} bytes of an answer whose header was not complete.");
            text.Say($"It crashed, was restarted, or gave up while it answered: its log of this time says which.");
            if (facts.Reused && record.IsIdempotent && record.HeldBodyBytes is not null)
            {
                text.Say($"It was not sent again, since an answer had begun.");
            }
        }
        else if (facts is { TlsRenegotiated: true, BytesWritten: 0 })
        {
            text.Say($"The target had begun a TLS renegotiation on the connection, and {Verdict.Closed(facts.End)} it {Later(record)} after this {Verdict.NameOf(record)} had taken it, before that was over. Nothing of it was sent: this target has not seen it.");
            text.Say($"No keep-alive timeout does that: its log of this time says why it ended it.");
        }
        else if (!facts.Reused)
        {
            text.Say($"The target accepted a new connection, and {Verdict.Closed(facts.End)} it {Later(record)} after this {Verdict.NameOf(record)} was sent on it; no byte of an answer came.");
            text.Say($"The connection was never idle, so no keep-alive timeout is the cause: the target crashed, was restarted, gave up by a limit of its own, or refuses such a request. Its log of this time says which.");
            WriteIfResumed(record, text);
        }
        else
        {
            Begin(record, text);
            WriteCause(record, text);
            WriteWhyNotAgain(record, text);
            WriteIfUnknown(record, text);
        }
    }

    /// <summary>Of a request that may not simply be repeated.</summary>
    public static void WriteIfUnknown(in ExplainRecord record, VerdictText text)
    {
        if (!record.IsIdempotent && WasSent(record))
        {
            text.Say($"Whether the target handled the request is not known here: look for the trace id in its log before it is repeated.");
        }
    }

    /// <summary>A request met it and was saved.</summary>
    public static void WriteRetried(in ExplainRecord record, VerdictText text)
    {
        bool isGoAway = record.Facts.GoAwayCode != Http2ErrorCode.NoError;
        if (isGoAway)
        {
            GoAwayVerdict.WriteClosed(record, text);
        }
        else
        {
            Begin(record, text);
        }

        text.Say($"It was sent once more, on a new connection, and answered {record.StatusCode}; behind ALB this would have been a 502.");
        if (!isGoAway)
        {
            WriteCause(record, text);
        }
    }

    /// <summary>A connection would have met it, and was not used for its age.</summary>
    public static void WriteNearMiss(in ExplainRecord record, VerdictText text)
    {
        Failure facts = record.Facts;
        text.Say($"A connection that had been idle for {Duration.OfMs(facts.IdleMs)} was not used for a request because of its age, and the target {Verdict.Closed(facts.End)} it {new Duration(record.ClosedAfterMicros)} later.");
        if (record.IsTargetHttp2)
        {
            // Most say GOAWAY first. Source: RFC 9113 §6.8, §8.7
            text.Say($"No request was harmed; a balancer that uses it, and does not send again what the target then refuses, would have answered 502.");
        }
        else
        {
            text.Say($"No request was harmed; behind ALB, which would have used it, this would have been a 502.");
        }

        Advise(record, text);
    }

    private static void Begin(in ExplainRecord record, VerdictText text)
    {
        Failure facts = record.Facts;
        text.Say($"The target {Verdict.Closed(facts.End)} a connection that had been idle for {Duration.OfMs(facts.IdleMs)}, {Later(record)} after this {Verdict.NameOf(record)} was sent on it; no byte of an answer came.");
    }

    // Under TLS 1.3 a target judges its client's certificate, or the lack of one, when the handshake is done on this side. Source:
    // RFC 8446 §4.4, figure 1.
    private static void WriteTls(in ExplainRecord record, VerdictText text)
    {
        TargetTlsProblem problem = record.Facts.TlsProblem;
        string who = problem.Kind is TlsFailureKind.Untrusted or TlsFailureKind.WithoutData ? "This balancer ended TLS" : "The target broke TLS off";
        string where = record.Facts.TlsRenegotiated ? " in a renegotiation, or behind one," : "";
        text.Say($"{who}{where} {Later(record)} after this {Verdict.NameOf(record)} was to be sent: {problem.Sentence ?? "an error that OpenSSL has no words for"}. No byte of an answer came.");
        switch (problem.Kind)
        {
            case TlsFailureKind.CertificateWanted or TlsFailureKind.Untrusted:
                TargetVerdict.WriteTlsAdvice(problem.Kind, text);
                break;
            // What the two have in common they had before. Source: RFC 5246 §7.4.6
            case TlsFailureKind.NothingInCommon when record.Facts.TlsRenegotiated:
                TargetVerdict.WriteTlsAdvice(TlsFailureKind.CertificateWanted, text);
                break;
            case TlsFailureKind.WithoutData:
                text.Say($"The target sends key updates or tickets, or renegotiates, without end: that is a fault of its TLS library, or an attack from there.");
                break;
            default:
                text.Say($"No keep-alive timeout does that: its log of this time says what it found wrong.");
                WriteIfResumed(record, text);
                break;
        }

        if (record.Facts.Reused)
        {
            WriteWhyNotAgain(record, text);
        }

        WriteIfUnknown(record, text);
    }

    private static bool WasSent(in ExplainRecord record)
    {
        bool wasSent = record.Facts.BytesWritten > 0;
        foreach (ref readonly Attempt attempt in record.Attempts)
        {
            wasSent |= attempt.Facts.BytesWritten > 0;
        }

        return wasSent;
    }

    // When a session is taken for one of no good: TlsSessionCache.
    private static void WriteIfResumed(in ExplainRecord record, VerdictText text)
    {
        if (record.Facts is { TlsResumed: true, TlsRenegotiated: false, NothingReceived: true, End: not (ConnectionEnd.CloseNotify or ConnectionEnd.Timeout) })
        {
            text.Say($"Its handshake had taken up an earlier TLS session, and no data came behind that: a target that takes up a session and cannot go on with it ends so too. New connections do without for a while, 10 s at first; if they are ended likewise, sessions are not the cause.");
        }
    }

    // Of a second attempt something else is said.
    private static void WriteWhyNotAgain(in ExplainRecord record, VerdictText text)
    {
        if (record.HeldBodyBytes is not { } heldBytes || record.Attempts.Length > 1)
        {
            return;
        }

        if (!record.IsIdempotent)
        {
            text.Say($"It was not sent again, since a {Verdict.NameOf(record)} may do twice what is asked once.");
        }
        else
        {
            text.Say($"It was not sent again, since more of its body had been sent than the {heldBytes} bytes that are held for that (weir.stale_connection.held_body_bytes).");
        }
    }

    private static void WriteCause(in ExplainRecord record, VerdictText text)
    {
        if (record.Attempts.Length > 1 && !record.Attempts[1].IsConnected)
        {
            text.Say($"It could not be sent once more, because no new connection to {record.Target} could be made ({FailureTable.Of(record.Attempts[1].Facts.Reason).Name}): that points to a target that went down, not to its keep-alive timeout.");
        }
        else if (record.SinceDispatchMicros > ExplainLimits.CrossingMicros)
        {
            text.Say($"That is too late for a keep-alive timeout: it crashed or was restarted, or a limit of its own ended the request. Lines with the same time point to a limit.");
        }
        else if (record.Facts.IdleMs < ExplainLimits.BusyMs)
        {
            text.Say($"So short an idle time is no keep-alive timeout of the usual kind, and the connection had carried {record.Facts.EarlierRequests} requests: either the target allows only so many on one connection, or it crashed or was restarted. Its setting for requests per connection and its log of this time say which.");
        }
        else
        {
            Advise(record, text);
        }
    }

    // What the target keeps to, as far as it is known, decides how sure the advice can be.
    private static void Advise(in ExplainRecord record, VerdictText text)
    {
        long saidMs = record.Facts.AdvertisedKeepAliveSeconds >= 0
            ? record.Facts.AdvertisedKeepAliveSeconds * 1_000L
            : record.Learned.HintMs;
        long seenMs = record.Learned.SeenMs;
        long idleTimeout = record.IdleTimeoutMs / 1_000;
        if (Explains(saidMs, record) || Explains(seenMs, record))
        {
            WriteKnown(Explains(saidMs, record) ? saidMs : -1, seenMs, text);
            text.Say($"That must be longer than this balancer's idle timeout of {idleTimeout} s:");
        }
        else if (saidMs >= 0 || seenMs >= 0)
        {
            WriteKnown(saidMs, seenMs, text);
            text.Say($"So its keep-alive timeout does not explain this: it was restarted or crashed, limits the requests on one connection (this one had carried {record.Facts.EarlierRequests}), or something between closes idle connections sooner.");
            return;
        }
        else
        {
            text.Say($"Most likely the target keeps idle connections for less time than this balancer's idle timeout of {idleTimeout} s (else it was restarted or crashed at that moment):");
        }

        if (record.IsTargetHttp2)
        {
            text.Say($"set its idle timeout for HTTP/2 above {idleTimeout} s (Node.js: server.setTimeout({(idleTimeout + 5) * 1_000}) of the Http2Server).");
            return;
        }

        text.Say($"set its keep-alive timeout above {idleTimeout} s (Node.js: server.keepAliveTimeout = {(idleTimeout + 5) * 1_000} and server.headersTimeout = {(idleTimeout + 6) * 1_000}).");
    }

    private static bool Explains(long keptMs, in ExplainRecord record) =>
        keptMs >= 0 && keptMs <= record.Facts.IdleMs + ExplainLimits.EarlyCloseMs;

    private static void WriteKnown(long saidMs, long seenMs, VerdictText text)
    {
        if (saidMs >= 0)
        {
            text.Say($"The target says that it keeps idle connections for {Duration.OfMs(saidMs)}.");
        }
        else
        {
            text.Say($"The targets of this group were seen to close idle connections after {Duration.OfMs(seenMs)}.");
        }
    }

    /// <summary>From the request's dispatch to the close.</summary>
    public static Duration Later(in ExplainRecord record) => new(Math.Max(0, record.SinceDispatchMicros));
}
