namespace Weir.AccessLogs;

/// <summary>
/// What the balancer knows of one request, in the order of the access log's fields. Filled on the event loop when the
/// response was made, and owned by its caller: the spans are read during the write and never kept.
/// </summary>
/// <remarks>
/// An empty span is a missing value and is written <c>-</c>. Spans may hold any bytes: what would break the line is escaped.
/// Fields 26 and 27 (the lists) equal 5 and 10, and are empty without a target; fields 35 and 36 are always <c>"-"</c>.
/// </remarks>
// Source: ALB user guide, access log entries
public readonly ref struct AccessLogRecord
{
    /// <summary>1 type</summary>
    public AccessLogRequestType Type { get; init; }

    /// <summary>2 time: when the response was made (a WebSocket: closed), in microseconds since 1970</summary>
    public long TimeUnixMicroseconds { get; init; }

    /// <summary>3 elb: <c>app/name/id</c></summary>
    public ReadOnlySpan<byte> LoadBalancer { get; init; }

    /// <summary>4 client:port, rendered once per connection</summary>
    public ReadOnlySpan<byte> Client { get; init; }

    /// <summary>5 target:port, rendered once per target; empty without one</summary>
    public ReadOnlySpan<byte> Target { get; init; }

    /// <summary>6 request_processing_time in microseconds; negative is written <c>-1</c></summary>
    public long RequestProcessingMicroseconds { get; init; }

    /// <summary>7 target_processing_time in microseconds; negative is written <c>-1</c></summary>
    public long TargetProcessingMicroseconds { get; init; }

    /// <summary>8 response_processing_time in microseconds; negative is written <c>-1</c></summary>
    public long ResponseProcessingMicroseconds { get; init; }

    /// <summary>9 elb_status_code; 0 if none was sent</summary>
    public int ElbStatusCode { get; init; }

    /// <summary>10 target_status_code; 0 if the target did not answer</summary>
    public int TargetStatusCode { get; init; }

    /// <summary>11 received_bytes: from the client, headers included</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>12 sent_bytes: to the client, headers included</summary>
    public long SentBytes { get; init; }

    /// <summary>13 request, the method; empty if the request could not be parsed</summary>
    public ReadOnlySpan<byte> Method { get; init; }

    /// <summary>13 request, the host without a port; empty if the client sent none (<see cref="LoadBalancerDnsName"/> is written)</summary>
    public ReadOnlySpan<byte> Host { get; init; }

    /// <summary>13 request, where the host is unknown: the load balancer's DNS name</summary>
    public ReadOnlySpan<byte> LoadBalancerDnsName { get; init; }

    /// <summary>13 request, the port: the listener's</summary>
    public int Port { get; init; }

    /// <summary>13 request, path and query as sent, from the slash on</summary>
    public ReadOnlySpan<byte> RequestUri { get; init; }

    /// <summary>13 request, the version</summary>
    public AccessLogHttpVersion HttpVersion { get; init; }

    /// <summary>14 user_agent</summary>
    public ReadOnlySpan<byte> UserAgent { get; init; }

    /// <summary>15 ssl_cipher, OpenSSL's name; empty without TLS</summary>
    public ReadOnlySpan<byte> TlsCipher { get; init; }

    /// <summary>16 ssl_protocol: <c>TLSv1.2</c>, <c>TLSv1.3</c>; empty without TLS</summary>
    public ReadOnlySpan<byte> TlsProtocol { get; init; }

    /// <summary>17 target_group_arn</summary>
    public ReadOnlySpan<byte> TargetGroupArn { get; init; }

    /// <summary>18 trace_id: X-Amzn-Trace-Id as the target got it</summary>
    public ReadOnlySpan<byte> TraceId { get; init; }

    /// <summary>19 domain_name: the SNI name, if a certificate was found for it</summary>
    public ReadOnlySpan<byte> DomainName { get; init; }

    /// <summary>20 chosen_cert_arn, or <c>session-reused</c></summary>
    public ReadOnlySpan<byte> ChosenCertificateArn { get; init; }

    /// <summary>21 matched_rule_priority: 1–50000, 0 the default rule, -1 an error during evaluation; null if none was evaluated</summary>
    public int? MatchedRulePriority { get; init; }

    /// <summary>22 request_creation_time: when the request arrived, in milliseconds since 1970</summary>
    public long RequestCreationUnixMilliseconds { get; init; }

    /// <summary>23 actions_executed, comma-separated</summary>
    public ReadOnlySpan<byte> ActionsExecuted { get; init; }

    /// <summary>24 redirect_url: the Location sent</summary>
    public ReadOnlySpan<byte> RedirectUrl { get; init; }

    /// <summary>25 error_reason</summary>
    public ReadOnlySpan<byte> ErrorReason { get; init; }

    /// <summary>28 classification</summary>
    public AccessLogClassification Classification { get; init; }

    /// <summary>29 classification_reason</summary>
    public ReadOnlySpan<byte> ClassificationReason { get; init; }

    /// <summary>30 conn_trace_id: <c>TID_</c> and 32 hex digits</summary>
    public ReadOnlySpan<byte> ConnectionTraceId { get; init; }

    /// <summary>31 transformed_host</summary>
    public ReadOnlySpan<byte> TransformedHost { get; init; }

    /// <summary>32 transformed_uri</summary>
    public ReadOnlySpan<byte> TransformedUri { get; init; }

    /// <summary>33 request_transform_status</summary>
    public ReadOnlySpan<byte> RequestTransformStatus { get; init; }

    /// <summary>34 ip_address of the load balancer's node</summary>
    public ReadOnlySpan<byte> IpAddress { get; init; }
}
