using Weir.Http;
using Weir.Http.Http2;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>The verdicts of what a target, or the way to it, did; a close before the answer has a place of its own.</summary>
internal static class TargetVerdict
{
    public static void Write(in ExplainRecord record, VerdictText text)
    {
        switch (record.Facts.Reason)
        {
            case FailureReason.NoTargets:
                WriteNoTargets(record, text);
                break;
            case FailureReason.ConnectRefused:
                text.Say($"{record.Target} refused the connection: either nothing listens on that address and port (the target is not running, or listens elsewhere), or a firewall rejects it.");
                break;
            case FailureReason.ConnectUnreachable:
                text.Say($"The network has no way to {record.Target}: a wrong address, a missing route, or a firewall that rejects.");
                break;
            case FailureReason.ConnectTimedOut:
                text.Say($"{record.Target} did not accept a connection within 10 s: its machine is down, a firewall or security group drops the packets, or its queue of new connections is full.");
                break;
            case FailureReason.TargetTlsFailed:
                WriteTls(record, text);
                break;
            case FailureReason.TargetTlsTimedOut:
                text.Say($"{record.Target} accepted the connection, but the TLS handshake was not done within 10 s: the target hangs, or what listens there does not speak TLS.");
                if (record.Facts.TlsProblem.SessionOffered)
                {
                    text.Say($"It was offered an earlier TLS session, on which some hang; new connections do without for a while, 10 s at first. If they hang too, the session is not the cause.");
                }

                break;
            case FailureReason.TargetClosed:
                ClosedVerdict.Write(record, text);
                break;
            case FailureReason.TargetSilent:
                WriteSilent(record, text);
                break;
            case FailureReason.MalformedResponse:
                MalformedVerdict.Write(record, text);
                break;
            case FailureReason.ResponseHeadersTooLarge when record.Facts.ResponseFault == ResponseFault.TooManyFields:
                text.Say($"The header of the target's answer has more than {HttpLimits.HeaderCount} fields, a limit of this balancer's own. Cookies that grow are the usual cause.");
                break;
            case FailureReason.ResponseHeadersTooLarge:
                text.Say($"The headers of the target's answer are over 32 K, a limit that is ALB's and cannot be raised. Cookies that grow are the usual cause.");
                break;
            case FailureReason.DeregistrationDelayOver:
                text.Say($"The target was deregistered, and its deregistration delay ended while this {Verdict.NameOf(record)} was still running.");
                text.Say($"Raise deregistration_delay.timeout_seconds above the longest request.");
                break;
            case FailureReason.TargetRefusedStream:
                WriteRefused(record, text);
                break;
            case FailureReason.TargetConnectionLost:
                WriteLost(record, text);
                break;
            case FailureReason.TargetResetStream:
                text.Say($"The target ended this {Verdict.NameOf(record)} alone (RST_STREAM {Verdict.NameOf(record.Facts.ResetCode)}) before it answered; its HTTP/2 connection goes on, so no keep-alive timeout is the cause.");
                text.Say($"It failed in it, or a limit of its own ended it: its log of this time says which.");
                break;
            case FailureReason.TargetGoAway or FailureReason.TargetGoAwayInResponse:
                GoAwayVerdict.WriteGivenUp(record, text);
                break;
            case FailureReason.TargetConnectionFault or FailureReason.TargetConnectionFaultInResponse:
                WriteFault(record, text);
                break;
            default:
                WriteInResponse(record, text);
                break;
        }
    }

    private static void WriteFault(in ExplainRecord record, VerdictText text)
    {
        Failure facts = record.Facts;
        if (facts.Fault == Http2Fault.Http1Answer)
        {
            text.Say($"The target answered in HTTP/1.1 where HTTP/2 was expected.");
        }
        else if (facts.Fault == Http2Fault.FirstFrameNotSettings)
        {
            text.Say($"What the target sent first is not what HTTP/2 begins with (SETTINGS).");
        }
        else
        {
            ReadOnlySpan<byte> where = facts.IsFaultOfOther ? "in what it sent for another request"u8 : "in what it sent for this one, or for the connection as a whole"u8;
            text.Say($"The target broke the rules of HTTP/2 ({Http2FaultNames.Of(facts.Fault)}, {Verdict.NameOf(Http2Faults.Code(facts.Fault))}), {where}; that ended the connection with all requests on it.");
            if (record.Facts.Reason == FailureReason.TargetConnectionFaultInResponse)
            {
                text.Say($"{facts.ResponseBytes} bytes of an answer to this {Verdict.NameOf(record)} had come; the client got it cut short.");
            }

            text.Say($"What speaks HTTP/2 there, the target's server or a proxy before it, has a fault of its own, or goes over a limit: its log of this time says which.");
            return;
        }

        if (facts.TlsResumed is not null)
        {
            text.Say($"Yet it had agreed to HTTP/2 in the TLS handshake (ALPN): what ends TLS there offers h2, and what stands behind it does not speak it. Or the group's protocol version should be HTTP1.");
            return;
        }

        text.Say($"Either nothing on that port speaks HTTP/2 without having been asked to by TLS (prior knowledge), or the group's protocol version should be HTTP1.");
        if (facts.Fault == Http2Fault.FirstFrameNotSettings)
        {
            text.Say($"A target that expects TLS looks like this too: then the group's protocol is HTTPS.");
        }
    }

    private static void WriteNoTargets(in ExplainRecord record, VerdictText text)
    {
        if (record.TargetGroupArn.IsEmpty)
        {
            text.Say($"The listener's rule has no target group with a weight above 0, so there was nowhere to send this {Verdict.NameOf(record)}.");
        }
        else
        {
            text.Say($"The target group has no registered targets, so there was nowhere to send this {Verdict.NameOf(record)}: register one.");
        }
    }

    private static void WriteTls(in ExplainRecord record, VerdictText text)
    {
        if (record.Facts.TlsProblem.Sentence is { Length: > 0 } problem)
        {
            text.Say($"The TLS handshake with {record.Target} failed: {problem}.");
        }
        else
        {
            text.Say($"{record.Target} closed the connection in the middle of the TLS handshake.");
        }

        if (record.Facts.TlsProblem.IsWithoutSession)
        {
            text.Say($"So did the one before it, which had offered an earlier TLS session; this one offered none, so sessions are not the cause.");
        }
        else if (record.Facts.TlsProblem.SessionOffered)
        {
            text.Say($"It had offered an earlier TLS session, which may be the cause, and no time was left for one without; new connections do without for a while, 10 s at first.");
        }

        WriteTlsAdvice(record.Facts.TlsProblem.Kind, text);
    }

    /// <summary>What to look for behind an end of TLS of that kind.</summary>
    public static void WriteTlsAdvice(TlsFailureKind kind, VerdictText text)
    {
        switch (kind)
        {
            case TlsFailureKind.Untrusted:
                text.Say($"The target group demands a certificate that it can verify (weir.target_tls.verify): let the target show one for the name or the address that is expected, signed by a CA that is trusted here.");
                break;
            case TlsFailureKind.NotTls:
                text.Say($"What came back is no TLS: what listens there speaks something else, as a rule plain HTTP. Then the group's protocol is HTTP.");
                break;
            case TlsFailureKind.NoApplicationProtocol:
                text.Say($"It speaks TLS there, but not HTTP/2 over it: let it offer h2, or make the group's protocol version HTTP1.");
                break;
            case TlsFailureKind.CertificateWanted:
                text.Say($"The target demands a client's certificate, or one that it trusts (mutual TLS), and a load balancer shows none to its targets: let the target ask for none.");
                break;
            case TlsFailureKind.NameUnknown:
                text.Say($"The target serves only names that it knows, and was asked for one that it does not: openssl s_client -connect with and without -servername shows which.");
                break;
            case TlsFailureKind.NothingInCommon:
                text.Say($"Either the two have no version, cipher or key exchange in common, or the target demands a client's certificate (mutual TLS), of which a load balancer has none for its targets: openssl s_client -connect shows what it offers and asks for.");
                // Source: ALB user guide, security policies: the policy towards targets follows from the listeners'
                text.Say($"Targets are spoken to by TLS 1.3 only where an HTTPS listener of the load balancer has a policy with TLS 1.3, else by 1.0 to 1.2.");
                break;
            case TlsFailureKind.Unreadable or TlsFailureKind.SignatureWrong or TlsFailureKind.SignatureTypeWrong or TlsFailureKind.MessageTooLarge:
                text.Say($"The target's certificate, or what it signed with its key, is of no use: openssl s_client -connect shows both.");
                break;
            default:
                text.Say($"Either the target does not speak TLS on that port (then the group's protocol is HTTP), or the two have no version or cipher in common: openssl s_client -connect shows what it offers.");
                break;
        }
    }

    private static void WriteRefused(in ExplainRecord record, VerdictText text)
    {
        text.Say($"The target refused this {Verdict.NameOf(record)} over HTTP/2 without looking at it (REFUSED_STREAM, or GOAWAY).");
        ReadOnlySpan<Attempt> attempts = record.Attempts;
        if (!record.IsConnected)
        {
            text.Say($"None of the connections that were made to it had room for one request.");
        }
        else if (record.Facts.ResponseBytes > 0)
        {
            text.Say($"It said so after {record.Facts.ResponseBytes} bytes of an answer, so that the {Verdict.NameOf(record)} could not be sent again.");
        }
        else if (attempts.Length <= 1)
        {
            text.Say($"It could not be sent again, since more of its body had been sent than is held for that (weir.stale_connection.held_body_bytes).");
        }

        WriteAttemptsAgain(attempts, text);
        text.Say($"A target that refuses is stopping, or allows fewer requests at once than it is sent: its limit of concurrent streams and its log of this time say which.");
    }

    private static void WriteLost(in ExplainRecord record, VerdictText text)
    {
        text.Say($"This {Verdict.NameOf(record)} waited for its turn on an HTTP/2 connection to the target, and that ended, or was given up, before anything of it was sent: no target has seen it there.");
        WriteAttemptsAgain(record.Attempts, text);
        text.Say($"A target whose connections end with requests on them is stopping, has crashed, or does not read what it is sent: its log of this time says which.");
    }

    private static void WriteAttemptsAgain(ReadOnlySpan<Attempt> attempts, VerdictText text)
    {
        for (int i = 1; i < attempts.Length; i++)
        {
            text.Say($"It was sent again, to {attempts[i].Target}: {FailureTable.Of(attempts[i].Facts.Reason).Name}.");
        }
    }

    private static void WriteSilent(in ExplainRecord record, VerdictText text)
    {
        Failure facts = record.Facts;
        var idle = Duration.OfMs(record.IdleTimeoutMs);
        if (facts.ResponseBytes > 0)
        {
            text.Say($"The target began its answer ({facts.ResponseBytes} bytes) and then sent nothing for {idle}, this balancer's idle timeout; the answer's header was not complete.");
        }
        else if (facts.BytesWritten == 0)
        {
            text.Say($"Nothing of this {Verdict.NameOf(record)} could be sent to the target for {idle}, this balancer's idle timeout: it has seen nothing of it.");
            if (facts.TlsRenegotiated)
            {
                text.Say($"The target had begun a TLS renegotiation on the connection, and did not end it: its log of this time may say why.");
            }
            else
            {
                text.Say($"The target does not read what it is sent: it hangs, or has too much to do.");
            }

            return;
        }
        else
        {
            text.Say($"The target got this {Verdict.NameOf(record)} and sent no byte of an answer for {idle}, this balancer's idle timeout.");
        }

        if (facts.BytesAcknowledged >= 0 && facts.BytesAcknowledged < facts.BytesWritten)
        {
            text.Say($"Its machine acknowledged only {facts.BytesAcknowledged} of the request's {facts.BytesWritten} bytes: it, or the network to it, is gone, or the target does not read.");
        }
        else
        {
            text.Say($"Either it hangs, or it needs longer: then raise idle_timeout.timeout_seconds above the longest answer, and the target's keep-alive timeout above that.");
        }
    }

    private static void WriteInResponse(in ExplainRecord record, VerdictText text)
    {
        Failure facts = record.Facts;
        switch (facts.Reason)
        {
            case FailureReason.TargetSilentInResponse:
                text.Say($"The target sent {facts.ResponseBytes} bytes of its answer and then nothing for {Duration.OfMs(record.IdleTimeoutMs)}, this balancer's idle timeout; the client got the answer cut short.");
                text.Say($"Either it hangs, or it pauses on purpose: then raise idle_timeout.timeout_seconds, or let it send something in between.");
                break;
            case FailureReason.TargetResetStreamInResponse:
                text.Say($"The target ended its answer in the middle, after {facts.ResponseBytes} bytes (RST_STREAM {Verdict.NameOf(facts.ResetCode)}); the client got it cut short, and the HTTP/2 connection to the target goes on.");
                text.Say($"It failed in it, or a limit of its own ended it: its log of this time says which.");
                break;
            case FailureReason.MalformedResponseBody:
                MalformedVerdict.WriteInResponse(record, text);
                break;
            case FailureReason.TargetClosedInResponse when facts.GoAwayCode != Http2ErrorCode.NoError:
                GoAwayVerdict.WriteClosedInResponse(record, text);
                break;
            default:
                text.Say($"The target {Verdict.Closed(facts.End)} the connection in the middle of its answer, after {facts.ResponseBytes} bytes; the client got the answer cut short.");
                text.Say($"It crashed, was restarted, or gave up by a limit of its own: its log of this time says which. A keep-alive timeout does not do that.");
                break;
        }
    }
}
