using static Weir.ControlPlane.Templates.PropertySchema;

namespace Weir.ControlPlane.Templates;

/// <summary>The properties of the ELBv2 resources, also those that mean nothing outside AWS.</summary>
// Source: CloudFormation user guide, AWS::ElasticLoadBalancingV2 resource types
internal static class ResourceSchemas
{
    public static PropertySchema[] LoadBalancer { get; } =
    [
        Text("Name"),
        Text("Type", "application", "network", "gateway"),
        Text("Scheme", "internet-facing", "internal"),
        Text("IpAddressType", "ipv4", "dualstack", "dualstack-without-public-ipv4"),
        ObjectList("LoadBalancerAttributes", Text("Key").Required(), Text("Value").Required()),
        TextList("SecurityGroups"),
        TextList("Subnets"),
        ObjectList(
            "SubnetMappings",
            Text("SubnetId").Required(),
            Text("AllocationId"),
            Text("IPv6Address"),
            Text("PrivateIPv4Address"),
            Text("SourceNatIpv6Prefix")),
        ObjectList("Tags", Text("Key").Required(), Text("Value")),
        Object("MinimumLoadBalancerCapacity", Integer("CapacityUnits").Required()),
        Text("Ipv4IpamPoolId"),
        Text("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "on", "off"),
        Text("EnablePrefixForIpv6SourceNat", "on", "off"),
        Flag("EnableCapacityReservationProvisionStabilize"),
    ];

    public static PropertySchema[] Listener { get; } =
    [
        Text("LoadBalancerArn").Required(),
        Integer("Port").Required(),
        Text("Protocol", "HTTP", "HTTPS").Required(),
        ObjectList("DefaultActions", Action()).Required(),
        ObjectList("ListenerAttributes", Text("Key").Required(), Text("Value").Required()),
        ObjectList("Certificates", Text("CertificateArn")),
        TextList("AlpnPolicy"),
        Text("SslPolicy"),
        Object(
            "MutualAuthentication",
            Text("Mode", "off", "passthrough", "verify"),
            Text("TrustStoreArn"),
            Flag("IgnoreClientCertificateExpiry"),
            Text("AdvertiseTrustStoreCaNames", "on", "off")),
        ObjectList("Tags", Text("Key").Required(), Text("Value")),
    ];

    public static PropertySchema[] ListenerCertificate { get; } =
    [
        Text("ListenerArn").Required(),
        ObjectList("Certificates", Text("CertificateArn").Required()).Required(),
    ];

    public static PropertySchema[] TrustStore { get; } =
    [
        Text("Name"),
        Text("CaCertificatesBundleS3Bucket"),
        Text("CaCertificatesBundleS3Key"),
        Text("CaCertificatesBundleS3ObjectVersion"),
        ObjectList("Tags", Text("Key").Required(), Text("Value")),
    ];

    public static PropertySchema[] TrustStoreRevocation { get; } =
    [
        Text("TrustStoreArn"),
        ObjectList("RevocationContents", Text("S3Bucket"), Text("S3Key"), Text("S3ObjectVersion"), Text("RevocationType", "CRL")),
    ];

    public static PropertySchema[] TargetGroup { get; } =
    [
        Text("Name"),
        Text("TargetType", "instance", "ip", "lambda", "alb"),
        Text("Protocol", "HTTP", "HTTPS"),
        Text("ProtocolVersion", "HTTP1", "HTTP2", "GRPC"),
        Integer("Port"),
        Text("IpAddressType", "ipv4", "ipv6"),
        Text("VpcId"),
        Flag("HealthCheckEnabled"),
        Text("HealthCheckProtocol", "HTTP", "HTTPS"),
        Text("HealthCheckPort"),
        Text("HealthCheckPath"),
        Integer("HealthCheckIntervalSeconds"),
        Integer("HealthCheckTimeoutSeconds"),
        Integer("HealthyThresholdCount"),
        Integer("UnhealthyThresholdCount"),
        Object("Matcher", Text("HttpCode"), Text("GrpcCode")),
        ObjectList("TargetGroupAttributes", Text("Key").Required(), Text("Value").Required()),
        ObjectList(
            "Targets", Text("Id").Required(), Integer("Port"), Text("AvailabilityZone"), Text("QuicServerId")),
        Integer("TargetControlPort"),
        ObjectList("Tags", Text("Key").Required(), Text("Value")),
    ];

    private static PropertySchema[] Action() =>
    [
        Text(
            "Type",
            "forward",
            "redirect",
            "fixed-response",
            "authenticate-oidc",
            "authenticate-cognito",
            "jwt-validation").Required(),
        Integer("Order"),
        Text("TargetGroupArn"),
        Object(
            "ForwardConfig",
            ObjectList("TargetGroups", Text("TargetGroupArn").Required(), Integer("Weight")),
            Object("TargetGroupStickinessConfig", Flag("Enabled"), Integer("DurationSeconds"))),
        // Actions that do not exist yet are refused as a whole, so what is in them is not looked at.
        Object("RedirectConfig"),
        Object("FixedResponseConfig"),
        Object("AuthenticateOidcConfig"),
        Object("AuthenticateCognitoConfig"),
        Object("JwtValidationConfig"),
    ];
}
