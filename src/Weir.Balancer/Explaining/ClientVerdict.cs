namespace Weir.Balancer;

/// <summary>The verdicts of what a client sent, or failed to do.</summary>
internal static class ClientVerdict
{
    public static void Write(in ExplainRecord record, VerdictText text)
    {
        var idle = Duration.OfMs(record.IdleTimeoutMs);
        switch (record.Facts.Reason)
        {
            case FailureReason.MalformedRequest:
                text.Say($"The client sent bytes that are no HTTP request; no target was asked.");
                text.Say($"Scanners do that, and clients that speak TLS to a plain HTTP port.");
                break;
            case FailureReason.MissingHost:
                text.Say($"The client sent an HTTP/1.1 request without a Host header, which HTTP forbids; no target was asked.");
                break;
            case FailureReason.SevereDesync:
                text.Say($"The request can be read in two ways, as in request smuggling, and was refused; no target was asked.");
                text.Say($"The access log's classification_reason names what is wrong with it; routing.http.desync_mitigation_mode decides what is refused.");
                break;
            case FailureReason.RequestHeadersTooLarge:
                text.Say($"The request's headers are over the limits (16 K a line, 64 K in all), which are ALB's and cannot be raised; no target was asked.");
                text.Say($"Cookies that grow are the usual cause.");
                break;
            case FailureReason.RequestLineTooLong:
                text.Say($"The request line is over 16 K, a limit that is ALB's and cannot be raised; no target was asked. Long queries belong into a body.");
                break;
            case FailureReason.MethodNotAllowed:
                text.Say($"{Verdict.NameOf(record)} is refused by the balancer, as ALB refuses TRACE and CONNECT; no target was asked.");
                break;
            case FailureReason.VersionNotSupported:
                text.Say($"The client speaks a version of HTTP that this listener does not: not HTTP/1.0 or HTTP/1.1; no target was asked.");
                break;
            case FailureReason.TransferCodingNotSupported:
                text.Say($"The request's Transfer-Encoding is neither chunked nor identity, and the balancer knows no other; no target was asked.");
                break;
            case FailureReason.TooManyForwardedAddresses:
                text.Say($"X-Forwarded-For holds more than 30 addresses; no target was asked.");
                text.Say($"Look for a loop between proxies, or for a client that makes the header up.");
                break;
            case FailureReason.PlainHttpToHttps:
                text.Say($"The client speaks plain HTTP to a port that is HTTPS; no target was asked.");
                text.Say($"Look for an http:// that should be https://, or for a proxy that ends TLS before this balancer and does not begin it anew.");
                break;
            case FailureReason.ProtocolVersionMismatch:
                text.Say($"The request's protocol does not fit the protocol version of the target group, as with ALB; no target was asked.");
                text.Say($"Groups of HTTP2 and GRPC take requests over HTTP/2 only, those of GRPC only POST, and those of HTTP1 no gRPC: change the group's protocol version, or what the client speaks.");
                break;
            case FailureReason.RequestTooLargeForTarget:
                WriteTooLarge(record, text);
                break;
            case FailureReason.ClientSilent:
                text.Say($"The client sent part of its request and then nothing for {idle}, this balancer's idle timeout.");
                text.Say($"A slow or lost client; if such pauses are normal, raise idle_timeout.timeout_seconds.");
                break;
            case FailureReason.MalformedRequestBody:
                text.Say($"The request's body is not what its framing says: chunks that are none, or over HTTP/2 another length than Content-Length, or trailers that are none.");
                text.Say($"The client, or a proxy before this balancer, sends it wrongly.");
                break;
            case FailureReason.ClientSilentInResponse:
                text.Say($"The client took nothing of the response for {idle}, this balancer's idle timeout; the target had answered.");
                text.Say($"A client that stopped reading, or is gone without a word.");
                break;
            case FailureReason.ClientClosedInResponse:
                text.Say($"The client closed in the middle of the response; the target had answered.");
                text.Say($"Someone cancelled it, or the client has a limit of its own on its time or size.");
                break;
            case FailureReason.ClientClosedInRequest:
                text.Say($"The client closed before its request was complete: someone cancelled it, or the client or its network broke.");
                break;
            default:
                WriteClosed(record, text);
                break;
        }
    }

    private static void WriteTooLarge(in ExplainRecord record, VerdictText text)
    {
        Failure facts = record.Facts;
        text.Say($"The fields of this {Verdict.NameOf(record)} come to {facts.FieldBytes} bytes with what the balancer adds (name, value and 32 for each, as HTTP/2 counts), so that it was not sent to the target; others on the connection go on.");
        if (facts.IsLimitOfTarget)
        {
            text.Say($"The target has announced that it takes {facts.FieldLimitBytes} (SETTINGS_MAX_HEADER_LIST_SIZE): a setting of its server, which can be raised there.");
        }
        else
        {
            text.Say($"Over HTTP/2 this balancer sends {facts.FieldLimitBytes} at the most, a limit of Weir's own: the target has nothing to do with it.");
        }

        text.Say($"Cookies that grow are the usual cause, or certificates of clients that are passed on.");
    }

    private static void WriteClosed(in ExplainRecord record, VerdictText text)
    {
        if (record.SinceDispatchMicros < 0)
        {
            text.Say($"The client closed before this {Verdict.NameOf(record)} could be sent to a target.");
        }
        else
        {
            text.Say($"The client closed {new Duration(record.SinceDispatchMicros)} after this {Verdict.NameOf(record)} was sent to the target, which had not answered yet.");
        }

        text.Say($"Someone cancelled it, or the client's own timeout is over sooner than the target answers: if many lines show the same time, it is a timeout.");
    }
}
