namespace Weir.Model;

/// <summary>The words that AWS's API and templates use for the model's enumerations, both ways.</summary>
// Source: ELBv2 API model
public static class AwsNames
{
    public static string Of(TargetType type) => type switch
    {
        TargetType.Ip => "ip",
        TargetType.Lambda => "lambda",
        _ => "instance",
    };

    public static string Of(ListenerProtocol protocol) => protocol == ListenerProtocol.Https ? "HTTPS" : "HTTP";

    /// <summary>As URLs have it.</summary>
    public static string SchemeOf(ListenerProtocol protocol) => protocol == ListenerProtocol.Https ? "https" : "http";

    public static string Of(TargetProtocol protocol) => protocol == TargetProtocol.Https ? "HTTPS" : "HTTP";

    public static string Of(TargetProtocolVersion version) => version switch
    {
        TargetProtocolVersion.Http2 => "HTTP2",
        TargetProtocolVersion.Grpc => "GRPC",
        _ => "HTTP1",
    };

    public static string Of(LoadBalancerScheme scheme) =>
        scheme == LoadBalancerScheme.Internal ? "internal" : "internet-facing";

    public static string Of(MutualAuthenticationMode mode) => mode == MutualAuthenticationMode.Verify ? "verify" : "passthrough";

    public static string Of(IpAddressType type) => type == IpAddressType.Ipv6 ? "ipv6" : "ipv4";

    public static TargetType? ParseTargetType(string name) => name switch
    {
        "instance" => TargetType.Instance,
        "ip" => TargetType.Ip,
        "lambda" => TargetType.Lambda,
        _ => null,
    };

    public static ListenerProtocol? ParseListenerProtocol(string name) => name switch
    {
        "HTTP" => ListenerProtocol.Http,
        "HTTPS" => ListenerProtocol.Https,
        _ => null,
    };

    public static TargetProtocol? ParseTargetProtocol(string name) => name switch
    {
        "HTTP" => TargetProtocol.Http,
        "HTTPS" => TargetProtocol.Https,
        _ => null,
    };

    public static TargetProtocolVersion? ParseTargetProtocolVersion(string name) => name switch
    {
        "HTTP1" => TargetProtocolVersion.Http1,
        "HTTP2" => TargetProtocolVersion.Http2,
        "GRPC" => TargetProtocolVersion.Grpc,
        _ => null,
    };

    public static LoadBalancerScheme? ParseScheme(string name) => name switch
    {
        "internet-facing" => LoadBalancerScheme.InternetFacing,
        "internal" => LoadBalancerScheme.Internal,
        _ => null,
    };

    public static IpAddressType? ParseIpAddressType(string name) => name switch
    {
        "ipv4" => IpAddressType.Ipv4,
        "ipv6" => IpAddressType.Ipv6,
        _ => null,
    };
}
