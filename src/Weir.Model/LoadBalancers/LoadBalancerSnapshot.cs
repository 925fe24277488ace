using System.Collections.Immutable;
using System.Net;

namespace Weir.Model;

/// <summary>One load balancer with its attributes typed; part of a <see cref="BalancerSnapshot"/>, never changed.</summary>
public sealed class LoadBalancerSnapshot
{
    public required string Arn { get; init; }

    public required string Name { get; init; }

    /// <summary>`app/&lt;name&gt;/&lt;16 hex&gt;`: how logs and metrics name the load balancer.</summary>
    public required string ResourceId { get; init; }

    /// <summary>The name AWS would give it in DNS. Nothing resolves it; it is shown and logged.</summary>
    public required string DnsName { get; init; }

    /// <summary>The local address that all its listeners bind to.</summary>
    public required IPAddress ListenAddress { get; init; }

    public required ImmutableArray<ListenerSnapshot> Listeners { get; init; }

    /// <summary>`idle_timeout.timeout_seconds`: for the client connection and for the target connection.</summary>
    public required TimeSpan IdleTimeout { get; init; }

    /// <summary>`client_keep_alive.seconds`: counted from the connection's start; fixed when it opens.</summary>
    public required TimeSpan ClientKeepAlive { get; init; }

    /// <summary>`routing.http.desync_mitigation_mode`.</summary>
    public required DesyncMitigationMode DesyncMitigationMode { get; init; }

    /// <summary>`routing.http.drop_invalid_header_fields.enabled`.</summary>
    public required bool DropInvalidHeaderFields { get; init; }

    /// <summary>`routing.http.preserve_host_header.enabled`.</summary>
    public required bool PreserveHostHeader { get; init; }

    /// <summary>`routing.http.x_amzn_tls_version_and_cipher_suite.enabled`: to the targets, from HTTPS listeners.</summary>
    public required bool TellsTlsVersionAndCipherSuite { get; init; }

    /// <summary>`routing.http.xff_client_port.enabled`.</summary>
    public required bool XffClientPort { get; init; }

    /// <summary>`routing.http.xff_header_processing.mode`.</summary>
    public required XffHeaderProcessing XffHeaderProcessing { get; init; }

    /// <summary>`routing.http2.enabled`: also makes the HTTP/2 header checks apply to every client request.</summary>
    public required bool Http2Enabled { get; init; }

    /// <summary>`weir.stale_connection.*`.</summary>
    public required StaleConnectionSettings StaleConnections { get; init; }

    /// <summary>`weir.client_half_close`.</summary>
    public required ClientHalfClose ClientHalfClose { get; init; }

    /// <summary>`weir.pool.order`.</summary>
    public required PoolOrder PoolOrder { get; init; }
}
