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

    /// <summary>The same, with a client in it.</summary>
    public static BalancerWorld Make(
        CertificateFolder certificates, out Http2Peer client, TargetProtocolVersion version = TargetProtocolVersion.Http2,
        Func<WorldOptions, WorldOptions>? with = null)
    {
        BalancerWorld world = Make(certificates, version, with);
        client = new Http2Peer(world);
        return world;
    }

    /// <summary>A request of the client's, answered by the only target: its connection is idle now.</summary>
    public static Http2Peer Park(BalancerWorld world, Http2Peer client)
    {
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        target.Answer();
        Assert.Equal("200", client.Read(id).Status);
        world.RunMs(5);
        Assert.Equal(1, world.Node.Counters.Sum(static counters => counters[Counter.TargetConnectionsIdle]));
        return target;
    }

    /// <summary>The field with which a client stays with the target of an answer.</summary>
    public static string CookieOf(Http2Answer answer)
    {
        string line = answer.Head.Split('\n').First(static line => line.StartsWith("set-cookie: AWSALB=", StringComparison.Ordinal));
        return $"cookie: {line[12..line.IndexOf(';', StringComparison.Ordinal)]}\n";
    }
}
