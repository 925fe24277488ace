using System.Collections.Frozen;
using static Weir.Model.AttributeDefinition;

namespace Weir.Model;

/// <summary>
/// The attributes of a target group, with ALB's defaults and ranges. `notYetEffective` marks those that nothing acts on yet.
/// </summary>
// Source: ALB user guide, target group attributes; ELBv2 API model
public static class TargetGroupAttributes
{
    public static AttributeDefinition DeregistrationDelay { get; } =
        ForInteger("deregistration_delay.timeout_seconds", "300", 0, 3600, "seconds");

    /// <summary>Weir: whether the certificates of HTTPS targets are checked, which ALB does not do.</summary>
    public static AttributeDefinition TargetTlsVerify { get; } = ForFlag("weir.target_tls.verify", false);

    /// <summary>Weir: the name that HTTPS targets are asked for (SNI) and that their certificates must be for; empty: their address.</summary>
    public static AttributeDefinition TargetTlsServerName { get; } = ForText(
        "weir.target_tls.server_name",
        new AttributeTextRule("a host name", static value => Uri.CheckHostName(value) == UriHostNameType.Dns));

    public static AttributeDefinition StickinessEnabled { get; } = ForFlag("stickiness.enabled", false);

    /// <summary>Only lb_cookie has an effect yet.</summary>
    public static AttributeDefinition StickinessType { get; } =
        ForChoice("stickiness.type", "lb_cookie", ["lb_cookie", "app_cookie"], notYetEffective: true);

    public static AttributeDefinition LbCookieDuration { get; } = ForInteger(
        "stickiness.lb_cookie.duration_seconds", "86400", 1, 604800, "seconds");

    /// <summary>Names that begin as the load balancer's own cookies do are refused.</summary>
    public static AttributeDefinition AppCookieName { get; } = ForText(
        "stickiness.app_cookie.cookie_name",
        new AttributeTextRule(
            "a cookie name that does not begin with AWSALB",
            static value => HeaderText.IsToken(value) && !value.StartsWith("AWSALB", StringComparison.Ordinal)),
        notYetEffective: true);

    public static AttributeDefinition AppCookieDuration { get; } = ForInteger(
        "stickiness.app_cookie.duration_seconds", "86400", 1, 604800, "seconds", notYetEffective: true);

    public static AttributeDefinition Algorithm { get; } = ForChoice(
        "load_balancing.algorithm.type",
        "round_robin",
        ["round_robin", "least_outstanding_requests", "weighted_random"],
        notYetEffective: true);

    /// <summary>With weighted_random only.</summary>
    public static AttributeDefinition AnomalyMitigation { get; } = ForChoice(
        "load_balancing.algorithm.anomaly_mitigation", "off", ["on", "off"], notYetEffective: true);

    /// <summary>0 is off. With round_robin only.</summary>
    public static AttributeDefinition SlowStart { get; } =
        ForInteger("slow_start.duration_seconds", "0", 30, 900, "seconds", ["0"], notYetEffective: true);

    public static AttributeDefinition CrossZone { get; } = ForChoice(
        "load_balancing.cross_zone.enabled",
        "use_load_balancer_configuration",
        ["true", "false", "use_load_balancer_configuration"],
        notYetEffective: true);

    public static AttributeDefinition DnsFailoverCount { get; } = ForInteger(
        "target_group_health.dns_failover.minimum_healthy_targets.count",
        "1",
        1,
        int.MaxValue,
        words: ["off"],
        notYetEffective: true);

    public static AttributeDefinition DnsFailoverPercentage { get; } = ForInteger(
        "target_group_health.dns_failover.minimum_healthy_targets.percentage",
        "off",
        1,
        100,
        words: ["off"],
        notYetEffective: true);

    /// <summary>Fewer healthy targets than this: requests go to all of them.</summary>
    public static AttributeDefinition UnhealthyStateRoutingCount { get; } = ForInteger(
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1", 1, int.MaxValue);

    public static AttributeDefinition UnhealthyStateRoutingPercentage { get; } = ForInteger(
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        "off",
        1,
        100,
        words: ["off"]);

    public static AttributeTable Table { get; } = new(
        "Target group",
        [
            DeregistrationDelay,
            StickinessEnabled,
            StickinessType,
            LbCookieDuration,
            AppCookieName,
            AppCookieDuration,
            Algorithm,
            AnomalyMitigation,
            SlowStart,
            CrossZone,
            DnsFailoverCount,
            DnsFailoverPercentage,
            UnhealthyStateRoutingCount,
            UnhealthyStateRoutingPercentage,
            TargetTlsVerify,
            TargetTlsServerName,
            ForFlag("lambda.multi_value_headers.enabled", false, notYetEffective: true).For(TargetType.Lambda),
        ],
        new Dictionary<string, string>
        {
            ["deregistration_delay.connection_termination.enabled"] = "target groups of network load balancers",
            ["preserve_client_ip.enabled"] = "target groups of network load balancers",
            ["proxy_protocol_v2.enabled"] = "target groups of network load balancers",
            ["target_health_state.unhealthy.connection_termination.enabled"] =
                "target groups of network load balancers",
            ["target_health_state.unhealthy.draining_interval_seconds"] = "target groups of network load balancers",
            ["target_failover.on_deregistration"] = "target groups of gateway load balancers",
            ["target_failover.on_unhealthy"] = "target groups of gateway load balancers",
        }.ToFrozenDictionary());
}
