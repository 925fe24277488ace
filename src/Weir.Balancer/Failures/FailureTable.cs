using System.Collections.Immutable;

namespace Weir.Balancer;

/// <summary>
/// The one place that says what a failure becomes: status code, log times, page, and what is left of the client's
/// connection. Source: ALB user guide, troubleshooting; fields and pages as observed.
/// </summary>
public static class FailureTable
{
    public static ImmutableArray<FailureRow> Rows { get; } =
    [
        Row(FailureReason.MalformedRequest, "malformed_request", FailureSide.Client, 400, false, TargetTimes.NotDispatched,
            "The client's bytes are no HTTP request."),
        Row(FailureReason.MissingHost, "missing_host", FailureSide.Client, 400, false, TargetTimes.NotDispatched,
            "An HTTP/1.1 request without a Host header."),
        Row(FailureReason.SevereDesync, "severe_desync", FailureSide.Client, 400, false, TargetTimes.NotDispatched,
            "The request can be read in two ways (request smuggling), and the mitigation mode refuses that."),
        Row(FailureReason.RequestHeadersTooLarge, "request_headers_too_large", FailureSide.Client, 400, false, TargetTimes.NotDispatched,
            "The request's header lines are over the limits."),
        Row(FailureReason.RequestLineTooLong, "request_line_too_long", FailureSide.Client, 414, false, TargetTimes.NotDispatched,
            "The request line is over 16 K."),
        Row(FailureReason.MethodNotAllowed, "method_not_allowed", FailureSide.Client, 405, true, TargetTimes.NotDispatched,
            "TRACE and CONNECT are refused."),
        Row(FailureReason.VersionNotSupported, "version_not_supported", FailureSide.Client, 505, false, TargetTimes.NotDispatched,
            "The client speaks another version of HTTP on this listener."),
        Row(FailureReason.TransferCodingNotSupported, "transfer_coding_not_supported", FailureSide.Client, 501, false, TargetTimes.NotDispatched,
            "Transfer-Encoding is neither chunked nor identity."),
        Row(FailureReason.TooManyForwardedAddresses, "too_many_forwarded_addresses", FailureSide.Client, 463, true, TargetTimes.NotDispatched,
            "X-Forwarded-For holds more than 30 addresses."),
        Row(FailureReason.PlainHttpToHttps, "plain_http_to_https", FailureSide.Client, 400, false, TargetTimes.NotDispatched,
            "The client speaks plain HTTP to an HTTPS listener.",
            pageDetail: ErrorPage.PlainHttp),
        Row(FailureReason.ProtocolVersionMismatch, "protocol_version_mismatch", FailureSide.Client, 464, true, TargetTimes.NotDispatched,
            "The request's protocol does not fit the protocol version of the target group."),
        // ALB answers 400 to headers that are over its limits, and documents no other code for sizes but those of line and body; what
        // it does of a target's SETTINGS_MAX_HEADER_LIST_SIZE it does not say. 502 would tell the client, and by gRPC its library
        // (UNAVAILABLE), to try again, and the target has not failed. Source: ALB user guide, troubleshooting, 400; grpc-go answers
        // INTERNAL to itself, which is what 400 becomes.
        Row(FailureReason.RequestTooLargeForTarget, "request_too_large_for_target", FailureSide.Client, 400, false, TargetTimes.NotDispatched,
            "The request's fields are more than the target announced over HTTP/2 that it takes, or than Weir sends there; it was not sent."),

        Row(FailureReason.ClientSilent, "client_silent", FailureSide.Client, 408, false, TargetTimes.NotDispatched,
            "The client fell silent in the middle of its request until the idle timeout.", namesTarget: false),
        Row(FailureReason.ClientClosedInRequest, "client_closed_in_request", FailureSide.Client, 400, false, TargetTimes.NotDispatched,
            "The client closed before its request was complete.", namesTarget: false),
        Row(FailureReason.ClientClosed, "client_closed", FailureSide.Client, 460, false, TargetTimes.DispatchedOnly,
            "The client closed while its response was outstanding."),
        Row(FailureReason.MalformedRequestBody, "malformed_request_body", FailureSide.Client, 400, false, TargetTimes.NotDispatched,
            "The client's body is not what its framing says.", namesTarget: false),
        Row(FailureReason.ClientSilentInResponse, "client_silent_in_response", FailureSide.Client, 0, false, TargetTimes.Measured,
            "The client took nothing of the response until the idle timeout."),
        Row(FailureReason.ClientClosedInResponse, "client_closed_in_response", FailureSide.Client, 0, false, TargetTimes.Measured,
            "The client closed in the middle of the response."),

        Row(FailureReason.NoTargets, "no_targets", FailureSide.Target, 503, true, TargetTimes.NotDispatched,
            "The target group has no registered targets."),
        Row(FailureReason.ConnectRefused, "connect_refused", FailureSide.Target, 502, true, TargetTimes.NotDispatched,
            "The target refused the connection: nothing listens there."),
        Row(FailureReason.ConnectUnreachable, "connect_unreachable", FailureSide.Target, 502, true, TargetTimes.NotDispatched,
            "The network has no way to the target."),
        Row(FailureReason.ConnectTimedOut, "connect_timeout", FailureSide.Target, 504, true, TargetTimes.NotDispatched,
            "The target did not accept the connection within 10 seconds."),
        Row(FailureReason.TargetTlsFailed, "target_tls_failed", FailureSide.Target, 502, true, TargetTimes.NotDispatched,
            "The TLS handshake with the target failed."),
        Row(FailureReason.TargetTlsTimedOut, "target_tls_timeout", FailureSide.Target, 504, true, TargetTimes.NotDispatched,
            "The TLS handshake with the target was not done within 10 seconds."),
        Row(FailureReason.NoLocalResources, "no_local_resources", FailureSide.Weir, 502, true, TargetTimes.NotDispatched,
            "This machine has no descriptor or port left for a connection to the target."),

        Row(FailureReason.TargetClosed, "target_closed", FailureSide.Target, 502, true, TargetTimes.Measured,
            "The target closed the connection (FIN or RST) while the request was outstanding."),
        Row(FailureReason.TargetSilent, "target_silent", FailureSide.Target, 504, true, TargetTimes.DispatchedOnly,
            "The target did not answer until the idle timeout."),
        Row(FailureReason.MalformedResponse, "malformed_response", FailureSide.Target, 502, true, TargetTimes.Measured,
            "The target's answer is not valid HTTP."),
        Row(FailureReason.ResponseHeadersTooLarge, "response_headers_too_large", FailureSide.Target, 502, true, TargetTimes.Measured,
            "The target's response headers are over 32 K."),
        Row(FailureReason.DeregistrationDelayOver, "deregistration_delay_over", FailureSide.Target, 502, true, TargetTimes.Measured,
            "The deregistration delay ended while the request was running."),
        Row(FailureReason.TargetRefusedStream, "target_refused_stream", FailureSide.Target, 502, true, TargetTimes.Measured,
            "A target refused the request's HTTP/2 stream without looking at it, and nobody else took it."),
        Row(FailureReason.TargetConnectionLost, "target_connection_lost", FailureSide.Target, 502, true, TargetTimes.Measured,
            "The HTTP/2 connection to a target ended before anything of the request was sent on it, and nobody else took it."),
        Row(FailureReason.TargetResetStream, "target_reset_stream", FailureSide.Target, 502, true, TargetTimes.Measured,
            "The target reset the request's HTTP/2 stream (RST_STREAM) before it answered."),
        Row(FailureReason.TargetConnectionFault, "target_connection_fault", FailureSide.Target, 502, true, TargetTimes.Measured,
            "The target broke the rules of HTTP/2, which ended its connection with all requests on it."),
        Row(FailureReason.TargetGoAway, "target_goaway", FailureSide.Target, 502, true, TargetTimes.Measured,
            "The target ended its HTTP/2 connection with an error (GOAWAY), and for 3 seconds neither answered the request nor closed."),

        Row(FailureReason.TargetClosedInResponse, "target_closed_in_response", FailureSide.Target, 0, false, TargetTimes.Measured,
            "The target closed in the middle of its response; the client's connection was cut."),
        Row(FailureReason.TargetSilentInResponse, "target_silent_in_response", FailureSide.Target, 0, false, TargetTimes.Measured,
            "The target fell silent in the middle of its response; the client's connection was cut."),
        Row(FailureReason.MalformedResponseBody, "malformed_response_body", FailureSide.Target, 0, false, TargetTimes.Measured,
            "The framing of the target's body is broken; the client's connection was cut."),
        Row(FailureReason.TargetResetStreamInResponse, "target_reset_stream_in_response", FailureSide.Target, 0, false, TargetTimes.Measured,
            "The target reset the request's HTTP/2 stream (RST_STREAM) in the middle of its answer, which was cut short for the client."),
        Row(FailureReason.TargetConnectionFaultInResponse, "target_connection_fault_in_response", FailureSide.Target, 0, false, TargetTimes.Measured,
            "The target broke the rules of HTTP/2, which ended its connection in the middle of its response; the client's connection was cut."),
        Row(FailureReason.TargetGoAwayInResponse, "target_goaway_in_response", FailureSide.Target, 0, false, TargetTimes.Measured,
            "The target ended its HTTP/2 connection with an error (GOAWAY) in the middle of its response, and for 3 seconds neither ended that nor closed; the client's connection was cut."),

        Row(FailureReason.Stopping, "stopping", FailureSide.Weir, 503, false, TargetTimes.DispatchedOnly,
            "The balancer stopped before the exchange had ended."),
        Row(FailureReason.InternalError, "internal_error", FailureSide.Weir, 500, false, TargetTimes.NotDispatched,
            "A bug of the balancer; standard error has the details."),
    ];

    private static readonly FailureRow?[] _byReason = Index();

    /// <summary>The row of a reason other than <see cref="FailureReason.None"/>.</summary>
    public static FailureRow Of(FailureReason reason) => _byReason[(int)reason]!;

    private static FailureRow Row(
        FailureReason reason, string name, FailureSide side, int code, bool clientStaysOpen, TargetTimes times, string meaning, string pageDetail = "",
        bool namesTarget = true) =>
        new(reason, name, side, code, clientStaysOpen, times, meaning, pageDetail, namesTarget);

    private static FailureRow?[] Index()
    {
        var rows = new FailureRow?[Enum.GetValues<FailureReason>().Length];
        foreach (FailureRow row in Rows)
        {
            rows[(int)row.Reason] = row;
        }

        return rows;
    }
}
