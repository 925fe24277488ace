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
        for (int loop = 0; loop < world.Options.Loops; loop++)
        {
            _ = new Http2Door(world, loop);
        }

        return world;
    }

    /// <summary>The field with which a client stays in the session that an answer has begun.</summary>
    public static string CookieOf(Http2Answer answer)
    {
        string line = answer.Head.Split('\n').First(static line => line.StartsWith("set-cookie: AWSALB=", StringComparison.Ordinal));
        return $"cookie: {line[12..line.IndexOf(';', StringComparison.Ordinal)]}\n";
    }
}
