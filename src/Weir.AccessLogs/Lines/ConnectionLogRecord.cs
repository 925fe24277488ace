namespace Weir.AccessLogs;

/// <summary>
/// What the balancer knows of one client connection, in the order of the connection log's fields. Filled on the event loop when
/// the connection was set up or its handshake failed, and owned by its caller: the spans are read during the write and never kept.
/// </summary>
/// <remarks>An empty span is a missing value and is written <c>-</c>. Spans may hold any bytes: what would break the line is escaped.</remarks>
// Source: ALB user guide, connection log entries
public readonly ref struct ConnectionLogRecord
{
    /// <summary>1 timestamp: when the connection was set up, or failed, in microseconds since 1970</summary>
    public long TimeUnixMicroseconds { get; init; }

    /// <summary>2 client_ip</summary>
    public ReadOnlySpan<byte> ClientAddress { get; init; }

    /// <summary>3 client_port</summary>
    public ReadOnlySpan<byte> ClientPort { get; init; }

    /// <summary>4 listener_port</summary>
    public int ListenerPort { get; init; }

    /// <summary>5 tls_protocol: <c>TLSv1.3</c></summary>
    public ReadOnlySpan<byte> TlsProtocol { get; init; }

    /// <summary>6 tls_cipher, OpenSSL's name</summary>
    public ReadOnlySpan<byte> TlsCipher { get; init; }

    /// <summary>7 tls_handshake_latency in microseconds; null where there was no handshake, or it failed</summary>
    public long? TlsHandshakeMicroseconds { get; init; }

    /// <summary>8 leaf_client_cert_subject</summary>
    public ReadOnlySpan<byte> LeafClientCertSubject { get; init; }

    /// <summary>9 leaf_client_cert_validity: <c>NotBefore=…;NotAfter=…</c></summary>
    public ReadOnlySpan<byte> LeafClientCertValidity { get; init; }

    /// <summary>10 leaf_client_cert_serial_number</summary>
    public ReadOnlySpan<byte> LeafClientCertSerialNumber { get; init; }

    /// <summary>11 tls_verify_status: <c>Success</c>, <c>Failed:code</c>; empty without TLS</summary>
    public ReadOnlySpan<byte> TlsVerifyStatus { get; init; }

    /// <summary>12 conn_trace_id: <c>TID_</c> and 32 hex digits</summary>
    public ReadOnlySpan<byte> ConnectionTraceId { get; init; }

    /// <summary>13 tls_keyexchange: <c>secp256r1</c></summary>
    public ReadOnlySpan<byte> TlsKeyExchange { get; init; }

    /// <summary>14 elb: <c>app/name/id</c></summary>
    public ReadOnlySpan<byte> LoadBalancer { get; init; }

    /// <summary>15 ip_address of the load balancer's node</summary>
    public ReadOnlySpan<byte> IpAddress { get; init; }
}
