using Weir.Balancer.Tests.Tls;
using Weir.Model;

namespace Weir.Balancer.Tests.Targets.Http2;

/// <summary>A world whose clients and targets speak HTTP/2.</summary>
internal static class Http2World
{
    public static BalancerWorld Make(
        CertificateFolder certificates, TargetProtocolVersion version = TargetProtocolVersion.Http2, Func<WorldOptions, WorldOptions>? with = null)
    {
        WorldOptions options = certificates.Https with { ProtocolVersion = version };
        var world = new BalancerWorld(with is null ? options : with(options));
        _ = new Http2Door(world);
        return world;
    }
}
