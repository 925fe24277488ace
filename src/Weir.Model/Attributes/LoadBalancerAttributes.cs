using System.Collections.Frozen;
using static Weir.Model.AttributeDefinition;

namespace Weir.Model;

/// <summary>
/// The attributes of a load balancer, with ALB's defaults and ranges, and Weir's own (`weir.*`).
/// `notYetEffective` marks those that nothing acts on yet.
/// </summary>
// Source: ALB user guide, load balancer attributes; ELBv2 API model
public static class LoadBalancerAttributes
{
    /// <summary>Weir: `protect` (default) keeps requests from meeting closing connections; `observe` does as ALB.</summary>
    public static AttributeDefinition StaleConnectionMode { get; } =
        ForChoice("weir.stale_connection.mode", "protect", ["observe", "protect"]);

    /// <summary>Weir: whether `protect` believes a target's `Keep-Alive: timeout=`, besides the closes that it sees.</summary>
    public static AttributeDefinition StaleConnectionLearnFromHints { get; } =
        ForFlag("weir.stale_connection.learn_from_hints", true);

    /// <summary>Weir: how much of a request's body `protect` holds, so that the request can be sent again.</summary>
    public static AttributeDefinition StaleConnectionHeldBody { get; } =
        ForInteger("weir.stale_connection.held_body_bytes", "65536", 0, 65536, "bytes");

    /// <summary>
    /// Weir: the round trip to the targets, where something between acknowledges in their place; 0: as the kernel measures
    /// it. A connection closed within it after a reuse was declined would have cost that request its answer.
    /// </summary>
    public static AttributeDefinition StaleConnectionRoundTrip { get; } =
        ForInteger("weir.stale_connection.round_trip_milliseconds", "0", 0, 10_000, "milliseconds");

    /// <summary>Weir: whether a client that has sent FIN is taken for gone (`strict`, as ALB) or may still read (`tolerate`).</summary>
    public static AttributeDefinition ClientHalfClose { get; } =
        ForChoice("weir.client_half_close", "strict", ["strict", "tolerate"]);

    /// <summary>Weir: which idle target connection is reused first.</summary>
    public static AttributeDefinition PoolOrder { get; } =
        ForChoice("weir.pool.order", "newest_first", ["newest_first", "oldest_first"]);

    public static AttributeDefinition IdleTimeout { get; } =
        ForInteger("idle_timeout.timeout_seconds", "60", 1, 4000, "seconds");

    public static AttributeDefinition ClientKeepAlive { get; } =
        ForInteger("client_keep_alive.seconds", "3600", 60, 604800, "seconds");

    public static AttributeDefinition DesyncMitigationMode { get; } = ForChoice(
        "routing.http.desync_mitigation_mode", "defensive", ["monitor", "defensive", "strictest"]);

    /// <summary>True removes request headers whose name is not `[-A-Za-z0-9]+`.</summary>
    public static AttributeDefinition DropInvalidHeaderFields { get; } =
        ForFlag("routing.http.drop_invalid_header_fields.enabled", false);

    public static AttributeDefinition PreserveHostHeader { get; } =
        ForFlag("routing.http.preserve_host_header.enabled", false);

    public static AttributeDefinition TlsVersionAndCipherSuite { get; } =
        ForFlag("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", false);

    public static AttributeDefinition XffClientPort { get; } =
        ForFlag("routing.http.xff_client_port.enabled", false);

    public static AttributeDefinition XffHeaderProcessing { get; } =
        ForChoice("routing.http.xff_header_processing.mode", "append", ["append", "preserve", "remove"]);

    public static AttributeDefinition Http2Enabled { get; } =
        ForFlag("routing.http2.enabled", true);

    public static AttributeDefinition AccessLogsEnabled { get; } = ForFlag("access_logs.s3.enabled", false, true);

    public static AttributeDefinition AccessLogsBucket { get; } =
        ForText("access_logs.s3.bucket", notYetEffective: true);

    public static AttributeDefinition ConnectionLogsEnabled { get; } =
        ForFlag("connection_logs.s3.enabled", false, true);

    public static AttributeDefinition ConnectionLogsBucket { get; } =
        ForText("connection_logs.s3.bucket", notYetEffective: true);

    public static AttributeDefinition HealthCheckLogsEnabled { get; } =
        ForFlag("health_check_logs.s3.enabled", false, true);

    public static AttributeDefinition HealthCheckLogsBucket { get; } =
        ForText("health_check_logs.s3.bucket", notYetEffective: true);

    /// <summary>Log prefixes. The word AWSLogs begins the part of the key that the load balancer adds itself.</summary>
    private static AttributeTextRule LogPrefixRule { get; } = new(
        "a prefix that does not contain AWSLogs",
        static value => !value.Contains("AWSLogs", StringComparison.Ordinal));

    public static AttributeTable Table { get; } = new(
        "Load balancer",
        [
            ForFlag("deletion_protection.enabled", false, notYetEffective: true),
            // Cross-zone is always on for an ALB; only a target group may switch it off.
            ForChoice("load_balancing.cross_zone.enabled", "true", ["true"]),
            AccessLogsEnabled,
            AccessLogsBucket,
            ForText("access_logs.s3.prefix", LogPrefixRule, notYetEffective: true),
            ConnectionLogsEnabled,
            ConnectionLogsBucket,
            ForText("connection_logs.s3.prefix", LogPrefixRule, notYetEffective: true),
            HealthCheckLogsEnabled,
            HealthCheckLogsBucket,
            ForText("health_check_logs.s3.prefix", LogPrefixRule, notYetEffective: true),
            ForFlag("ipv6.deny_all_igw_traffic", false, notYetEffective: true),
            ForFlag("zonal_shift.config.enabled", false, notYetEffective: true),
            IdleTimeout,
            ClientKeepAlive,
            DesyncMitigationMode,
            DropInvalidHeaderFields,
            PreserveHostHeader,
            TlsVersionAndCipherSuite,
            XffClientPort,
            XffHeaderProcessing,
            Http2Enabled,
            ForFlag("waf.fail_open.enabled", false, notYetEffective: true),
            StaleConnectionMode,
            StaleConnectionLearnFromHints,
            StaleConnectionHeldBody,
            StaleConnectionRoundTrip,
            ClientHalfClose,
            PoolOrder,
        ],
        new Dictionary<string, string>
        {
            ["dns_record.client_routing_policy"] = "network load balancers",
            ["secondary_ips.auto_assigned.per_subnet"] = "network load balancers",
        }.ToFrozenDictionary());
}
