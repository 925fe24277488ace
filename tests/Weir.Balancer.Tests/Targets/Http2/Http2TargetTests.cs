using Weir.Balancer.Tests.Tls;

namespace Weir.Balancer.Tests.Targets.Http2;

/// <summary>Requests of HTTP/2 clients to HTTP/2 targets, whose connections many share.</summary>
public sealed class Http2TargetTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    [Fact]
    public void Get_IsAnswered()
    {
        using BalancerWorld world = Http2World.Make(certificates);
        var client = new Http2Peer(world);
        int id = client.Get("/a?b=c", "accept: text/html\nte: trailers\n");
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.Answer(":status: 200\nx-a: 1\n", "hello");
        string head = target.At(at).Head;
        Assert.StartsWith(
            ":method: GET\n:scheme: http\n:authority: example.com\n:path: /a?b=c\nx-forwarded-for: 10.8.0.1\n"
            + "x-forwarded-proto: https\nx-forwarded-port: 443\nx-amzn-trace-id: Root=1-",
            head,
            StringComparison.Ordinal);
        Assert.EndsWith("\naccept: text/html\nte: trailers\n", head, StringComparison.Ordinal);
        Http2Answer answer = client.Read(id);
        Assert.Equal(":status: 200\nx-a: 1\n", answer.Head);
        Assert.Equal("hello", answer.Body);
        Assert.StartsWith("10.0.1.1:8080 0.00", Assert.Single(world.Log()).Outcome, StringComparison.Ordinal);
    }
}
