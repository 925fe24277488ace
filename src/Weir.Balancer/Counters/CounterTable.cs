using System.Collections.Immutable;

namespace Weir.Balancer;

/// <summary>Every counter of the data plane, once. Failures are counted besides, by reason, from <see cref="FailureTable"/>.</summary>
public static class CounterTable
{
    public static ImmutableArray<CounterRow> Rows { get; } =
    [
        new(Counter.ClientConnectionsAccepted, "weir_client_connections_accepted_total", false, "Client connections accepted.", "NewConnectionCount"),
        new(Counter.ClientConnectionsOpen, "weir_client_connections_open", true, "Client connections open now.", "ActiveConnectionCount"),
        new(Counter.ClientConnectionsClosedIdle, "weir_client_connections_closed_idle_total", false, "Client connections closed by us after the idle timeout, without a request under way."),
        new(Counter.ClientTlsHandshakes, "weir_client_tls_handshakes_total", false, "Full TLS handshakes done with clients."),
        new(Counter.ClientTlsResumed, "weir_client_tls_resumed_total", false, "TLS handshakes done with clients that resumed by a ticket."),
        new(Counter.ClientTlsErrors, "weir_client_tls_errors_total", false, "TLS handshakes with clients that failed, or were not done in time.", "ClientTLSNegotiationErrorCount"),
        new(Counter.ClientTlsHandshakesDropped, "weir_client_tls_handshakes_dropped_total", false, "TLS handshakes with clients given up to make room for others."),
        new(Counter.Http2Connections, "weir_http2_connections_total", false, "Client connections on which HTTP/2 was agreed."),
        new(Counter.Http2Streams, "weir_http2_streams_total", false, "Requests that came over HTTP/2."),
        new(Counter.Http2StreamsReset, "weir_http2_streams_reset_total", false, "HTTP/2 streams that clients reset before they had ended."),
        new(Counter.AcceptPauses, "weir_accept_pauses_total", false, "Times accepting paused: at the limit of client connections, or for want of descriptors or memory.", "RejectedConnectionCount"),
        new(Counter.Requests, "weir_requests_total", false, "Requests that got an answer or a log line, refused ones included."),
        new(Counter.RequestsRouted, "weir_requests_routed_total", false, "Requests for which a target was chosen.", "RequestCount"),
        new(Counter.RequestsInFlight, "weir_requests_in_flight", true, "Requests under way now."),
        new(Counter.ReceivedBytes, "weir_received_bytes_total", false, "Bytes of requests received from clients, headers included.", "ProcessedBytes"),
        new(Counter.SentBytes, "weir_sent_bytes_total", false, "Bytes of responses sent to clients, headers included.", "ProcessedBytes"),
        new(Counter.ElbCode4xx, "weir_elb_4xx_total", false, "4xx made by the balancer.", "HTTPCode_ELB_4XX_Count"),
        new(Counter.ElbCode5xx, "weir_elb_5xx_total", false, "5xx made by the balancer.", "HTTPCode_ELB_5XX_Count"),
        new(Counter.ElbCode500, "weir_elb_500_total", false, "500 made by the balancer.", "HTTPCode_ELB_500_Count"),
        new(Counter.ElbCode502, "weir_elb_502_total", false, "502 made by the balancer.", "HTTPCode_ELB_502_Count"),
        new(Counter.ElbCode503, "weir_elb_503_total", false, "503 made by the balancer.", "HTTPCode_ELB_503_Count"),
        new(Counter.ElbCode504, "weir_elb_504_total", false, "504 made by the balancer.", "HTTPCode_ELB_504_Count"),
        new(Counter.TargetCode1xx, "weir_target_1xx_total", false, "Interim responses passed on from targets."),
        new(Counter.TargetCode2xx, "weir_target_2xx_total", false, "2xx from targets.", "HTTPCode_Target_2XX_Count"),
        new(Counter.TargetCode3xx, "weir_target_3xx_total", false, "3xx from targets.", "HTTPCode_Target_3XX_Count"),
        new(Counter.TargetCode4xx, "weir_target_4xx_total", false, "4xx from targets.", "HTTPCode_Target_4XX_Count"),
        new(Counter.TargetCode5xx, "weir_target_5xx_total", false, "5xx from targets.", "HTTPCode_Target_5XX_Count"),
        new(Counter.TargetConnectionsOpened, "weir_target_connections_opened_total", false, "Connections to targets established.", "NewConnectionCount"),
        new(Counter.TargetConnectionsReused, "weir_target_connections_reused_total", false, "Requests sent on a connection that had carried one before."),
        new(Counter.TargetConnectionsIdle, "weir_target_connections_idle", true, "Connections to targets in pools now, withheld ones included."),
        new(Counter.TargetConnectionErrors, "weir_target_connection_errors_total", false, "Connections to targets that could not be established.", "TargetConnectionErrorCount"),
        new(Counter.TargetTlsErrors, "weir_target_tls_errors_total", false, "TLS handshakes with targets that failed, or were not done within 10 seconds.", "TargetTLSNegotiationErrorCount"),
        new(Counter.TargetConnectionsClosedByTargetIdle, "weir_target_connections_closed_by_target_idle_total", false, "Pooled connections that the target closed before us."),
        new(Counter.TargetConnectionsClosedByIdleTimeout, "weir_target_connections_closed_by_idle_timeout_total", false, "Pooled connections that we closed after the idle timeout."),
        new(Counter.TargetConnectionsClosedForRoom, "weir_target_connections_closed_for_room_total", false, "Pooled connections that we closed for others to be opened: there are no more of them than client connections are allowed."),
        new(Counter.TargetConnectionsUnexpectedBytes, "weir_target_connections_unexpected_bytes_total", false, "Connections closed because a target sent bytes that no request had asked for."),
        new(Counter.TargetConnectionsReplaced, "weir_target_connections_replaced_total", false, "Reused connections found dead before a byte of the request was on them, and replaced by new ones."),
        new(Counter.RequestsRetried, "weir_requests_retried_total", false, "Requests that met the close of a reused connection, were sent again on a new one and got their answer: each would have been a 502."),
        new(Counter.ReusesWithheld, "weir_reuses_withheld_total", false, "Requests that were given a new connection because the idle one had reached the age at which targets close."),
        new(Counter.NearMisses, "weir_near_misses_total", false, "Of the withheld reuses, those whose connection was closed by the target within a round trip: each would have been a 502."),
        new(Counter.NonStickyRequests, "weir_non_sticky_requests_total", false, "Requests whose sticky cookie named no usable target.", "NonStickyRequestCount"),
        new(Counter.UnhealthyRoutingRequests, "weir_unhealthy_routing_requests_total", false, "Requests routed although too few targets were healthy (fail open).", "UnhealthyRoutingRequestCount"),
        new(Counter.NonCompliantRequests, "weir_non_compliant_requests_total", false, "Requests that are not compliant with RFC 7230.", "DesyncMitigationMode_NonCompliant_Request_Count"),
        new(Counter.RequestsWithDroppedHeaders, "weir_requests_with_dropped_headers_total", false, "Requests from which invalid header fields were removed.", "DroppedInvalidHeaderRequestCount"),
        new(Counter.RequestsWithInvalidHeaders, "weir_requests_with_invalid_headers_total", false, "Requests forwarded with header names that are not letters, digits and hyphens.", "ForwardedInvalidHeaderRequestCount"),
        new(Counter.ConnectionsCutByBugs, "weir_connections_cut_by_bugs_total", false, "Connections ended by an unexpected exception; standard error has the details."),
        new(Counter.AllocatedBytes, "weir_loop_allocated_bytes_total", false, "Bytes allocated on the loops' threads, taken once a second. It stands still while connections are kept alive."),
    ];
}
