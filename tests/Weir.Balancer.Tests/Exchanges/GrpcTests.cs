using Weir.Balancer.Tests.Targets.Http2;
using Weir.Balancer.Tests.Tls;
using Weir.Http.Http2;
using Weir.Model;

namespace Weir.Balancer.Tests;

/// <summary>Calls by gRPC: what is passed on, what the balancer says itself, and how they are logged and counted.</summary>
public sealed class GrpcTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const string Call =
        ":method: POST\n:scheme: https\n:authority: a\n:path: /greet.Greeter/SayHello\ncontent-type: application/grpc+proto\nte: trailers\n"
        + "grpc-timeout: 5S\ngrpc-encoding: identity\n";

    private const string Start = ":method: POST\n:scheme: https\n:authority: a\n:path: /greet.Greeter/SayHello\n";

    private static readonly string Large = string.Concat(Enumerable.Range(0, 20).Select(i => $"x-{i}: {new string('~', 3500)}\n"));

    [Theory]
    [InlineData(TargetProtocolVersion.Grpc)]
    [InlineData(TargetProtocolVersion.Http2)]
    public void Call_IsPassedOnWithItsFields_AndItsStatusComesBackInTrailers(TargetProtocolVersion version)
    {
        using BalancerWorld world = Http2World.Make(certificates, version);
        var client = new Http2Peer(world);
        int id = client.Request(Call, ends: false);
        client.Data(id, "\0\0\0\0\x1q", ends: true);
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        Assert.EndsWith(
            "\ncontent-type: application/grpc+proto\ngrpc-timeout: 5S\ngrpc-encoding: identity\nte: trailers\n",
            target.At(at).Head,
            StringComparison.Ordinal);
        target.Headers(at, target.Block(":status: 200\ncontent-type: application/grpc+proto\n"), ends: false);
        target.Data(at, "\0\0\0\0\x1a");
        target.Headers(at, target.Block("grpc-status: 5\ngrpc-message: no such thing\ngrpc-status-details-bin: CAU\n"), ends: true);
        Http2Answer answer = client.Read(id);
        Assert.Equal("\0\0\0\0\x1a", answer.Body);
        Assert.Equal("grpc-status: 5\ngrpc-message: no such thing\ngrpc-status-details-bin: CAU\n", answer.Blocks[1]);
        Assert.Equal(1, world.Counters[Counter.GrpcRequests]);
        LogLine line = Assert.Single(world.Log());
        Assert.Equal("grpcs", line[1]);
        Assert.StartsWith("200 200 ", line.CodesAndBytes, StringComparison.Ordinal);
        Assert.Equal("\"POST https://a:443/greet.Greeter/SayHello HTTP/2.0\"", line[13]);
    }

    [Fact]
    public void Call_AnsweredWithTrailersOnly_IsPassedOnAsOneHead()
    {
        using BalancerWorld world = Http2World.Make(certificates, TargetProtocolVersion.Grpc);
        var client = new Http2Peer(world);
        int id = client.Request(Call);
        world.Target.AcceptHttp2().Answer(":status: 200\ncontent-type: application/grpc\ngrpc-status: 12\n");
        Http2Answer answer = client.Read(id);
        Assert.Equal(":status: 200\ncontent-type: application/grpc\ngrpc-status: 12\n", Assert.Single(answer.Blocks));
        Assert.True(answer.IsEnded);
        Assert.Equal("", answer.Body);
    }

    [Fact]
    public void Call_ThatFailsHere_HasAStatusThatItsClientUnderstands()
    {
        using BalancerWorld world = Http2World.Make(certificates, TargetProtocolVersion.Grpc);
        world.Target.Close();
        var client = new Http2Peer(world);
        int id = client.Request(Call, ends: false);
        Http2Answer answer = client.Read(id);
        Assert.Matches(
            "^:status: 502\nserver: awselb/2.0\ndate: [^\n]+\ncontent-type: application/grpc\ngrpc-status: 14\ngrpc-message: unavailable\n$",
            Assert.Single(answer.Blocks));
        Assert.True(answer.IsEnded);
        Assert.Equal("", answer.Body);
        LogLine line = Assert.Single(world.Log());
        Assert.Equal("grpcs", line[1]);
        Assert.Equal("502", line[9]);
    }

    public static TheoryData<string, string, FailureReason> HeadsThatAreRefused => new()
    {
        { "the content type before what is too much", Call + Large, FailureReason.RequestHeadersTooLarge },
        { "the content type behind it", Start + Large + "content-type: application/grpc\n", FailureReason.RequestHeadersTooLarge },
        { "malformed behind the content type", Call + "connection: close\n", FailureReason.MalformedRequest },
        { "malformed before it", Start + "connection: close\ncontent-type: application/grpc\n", FailureReason.MalformedRequest },
    };

    [Theory]
    [MemberData(nameof(HeadsThatAreRefused))]
    public void Call_WhoseHeadIsRefused_HasAStatusThatItsClientUnderstands(string what, string head, FailureReason reason)
    {
        using BalancerWorld world = Http2World.Make(certificates, TargetProtocolVersion.Grpc);
        var client = new Http2Peer(world);
        Http2Answer answer = client.Read(client.Request(head));
        Assert.Equal(("400", "13", "application/grpc", ""), (answer.Status, answer.Field("grpc-status"), answer.Field("content-type"), answer.Body));
        Assert.True(world.Counters[reason] == 1, what);
        Assert.Equal("grpcs", Assert.Single(world.Log())[1]);
        Assert.Equal(0, world.Counters[Counter.GrpcRequests]);
    }

    [Fact]
    public void Call_ToAGroupOfHttp1_IsToldThatItsProtocolDoesNotFit()
    {
        using BalancerWorld world = Http2World.Make(certificates, TargetProtocolVersion.Http1);
        var client = new Http2Peer(world);
        Http2Answer answer = client.Read(client.Request(Call));
        Assert.Equal("464", answer.Status);
        Assert.Equal("2", answer.Field("grpc-status"));
        Assert.Equal(0, world.Counters[Counter.GrpcRequests]);
    }

    [Fact]
    public void Call_ThatItsClientCancels_IsCancelledAtTheTarget()
    {
        using BalancerWorld world = Http2World.Make(certificates, TargetProtocolVersion.Grpc);
        var client = new Http2Peer(world);
        int id = client.Request(Call, ends: false);
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        client.Reset(id);
        target.Until(() => target.At(at).Reset == Http2ErrorCode.Cancel, "the cancellation");
        Assert.False(target.Bytes.Ended);
    }
}
