using Weir.Balancer.Tests.Targets.Http2;
using Weir.Balancer.Tests.Tls;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>
/// Every cell of the table of which requests may go to target groups of which protocol version. Source: ALB user guide, target
/// groups, protocol version.
/// </summary>
public sealed class ProtocolVersionTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const string Grpc = "content-type: application/grpc\nte: trailers\n";

    [Theory]
    [InlineData(TargetProtocolVersion.Http1, "POST", "", true)]
    [InlineData(TargetProtocolVersion.Http1, "GET", "", true)]
    [InlineData(TargetProtocolVersion.Http1, "POST", Grpc, false)]
    [InlineData(TargetProtocolVersion.Http1, "POST", "content-type: application/grpc+proto\n", false)]
    [InlineData(TargetProtocolVersion.Http1, "POST", "content-type: application/grpc-web\n", true)]
    [InlineData(TargetProtocolVersion.Http2, "GET", "", true)]
    [InlineData(TargetProtocolVersion.Http2, "POST", "", true)]
    [InlineData(TargetProtocolVersion.Http2, "POST", Grpc, true)]
    [InlineData(TargetProtocolVersion.Grpc, "GET", "", false)]
    [InlineData(TargetProtocolVersion.Grpc, "HEAD", "", false)]
    [InlineData(TargetProtocolVersion.Grpc, "POST", "", true)]
    [InlineData(TargetProtocolVersion.Grpc, "POST", Grpc, true)]
    [InlineData(TargetProtocolVersion.Grpc, "GET", Grpc, false)]
    public void Request_OverHttp2_GoesOnOrIs464(TargetProtocolVersion version, string method, string fields, bool isAllowed)
    {
        using BalancerWorld world = Http2World.Make(certificates, version);
        var client = new Http2Peer(world);
        int id = client.Request($":method: {method}\n:scheme: https\n:authority: a\n:path: /\n{fields}");
        if (!isAllowed)
        {
            Assert.Equal("464", client.Read(id).Status);
            ExpectRefused(world);
            return;
        }

        if (version == TargetProtocolVersion.Http1)
        {
            world.Target.Accept().Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
        else
        {
            world.Target.AcceptHttp2().Answer();
        }

        Assert.Equal("200", client.Read(id).Status);
    }

    [Theory]
    [InlineData(TargetProtocolVersion.Http1, true)]
    [InlineData(TargetProtocolVersion.Http2, false)]
    [InlineData(TargetProtocolVersion.Grpc, false)]
    public void Request_OverHttp11_GoesOnOrIs464(TargetProtocolVersion version, bool isAllowed)
    {
        using BalancerWorld world = Http2World.Make(certificates, version);
        Peer client = new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside;
        client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n");
        if (isAllowed)
        {
            world.Target.Accept().Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200 ", client.ReadHead(), StringComparison.Ordinal);
            return;
        }

        Assert.Equal(
            BalancerWorld.Page("464 Incompatible Protocol Version", keepAlive: true),
            BalancerWorld.Masked(client.ReadTo("</html>\r\n")));
        ExpectRefused(world);
    }

    private static void ExpectRefused(BalancerWorld world)
    {
        Assert.Equal(1, world.Counters[FailureReason.ProtocolVersionMismatch]);
        Assert.Equal(1, world.Counters[Counter.ElbCode4xx]);
        Assert.Equal(0, world.Counters[Counter.RequestsRouted]);
        Assert.Equal(0, world.Target.Accepted);
        LogLine line = Assert.Single(world.Log());
        Assert.StartsWith("- -1 -1 -1 464 - ", line.Outcome, StringComparison.Ordinal);
        Assert.Equal(world.Node.Snapshot.TargetGroups[0].Arn, line[17]);
    }
}
