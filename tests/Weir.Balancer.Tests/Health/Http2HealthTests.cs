using System.Text;
using Weir.Balancer.Tests.Tls;
using Weir.Http.Http2.Frames;
using Weir.Model;

using static Weir.Http.Tests.Http2.Frames.FrameHex;

namespace Weir.Balancer.Tests;

/// <summary>Health checks of HTTP/2 and gRPC target groups. Source: ALB user guide, health checks.</summary>
public sealed class Http2HealthTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    // Healthy, were it not for what came before it.
    private static readonly string _answered = FieldHex.Head(1, ":status=200|grpc-status=12");

    private static readonly HealthCheckDefinition _often =
        new() { Port = "9000", IntervalSeconds = 5, TimeoutSeconds = 2, UnhealthyThresholdCount = 2, HealthyThresholdCount = 2 };

    [Fact]
    public void Check_OfAGrpcGroup_IsACallWithAnEmptyMessage()
    {
        using BalancerWorld world = Make(TargetProtocolVersion.Grpc, ":status: 200\ncontent-type: application/grpc\ngrpc-status: 12\n", out Http2Peer check);
        Assert.Equal(
            ":method: POST\n:scheme: http\n:authority: 10.0.1.1:9000\n:path: /AWS.ALB/healthcheck\nuser-agent: ELB-HealthChecker/2.0\n"
            + "content-type: application/grpc\nte: trailers\n",
            check.At(1).Head);
        Assert.Equal("\0\0\0\0\0", check.At(1).Body);
        Assert.True(check.At(1).IsEnded);
        world.Until(() => check.Bytes.Ended, "the connection's end");
        Assert.Equal(TargetHealthStatus.Healthy, world.HealthOf("10.0.1.1"));
    }

    [Fact]
    public void Check_OfAnHttp2Group_IsAGet()
    {
        using BalancerWorld world = Make(TargetProtocolVersion.Http2, ":status: 200\n", out Http2Peer check);
        Assert.Equal(
            ":method: GET\n:scheme: http\n:authority: 10.0.1.1:9000\n:path: /\nuser-agent: ELB-HealthChecker/2.0\n"
            + "accept-encoding: gzip, compressed\n",
            check.At(1).Head);
        world.Until(() => check.Bytes.Ended, "the connection's end");
        Assert.Equal(TargetHealthStatus.Healthy, world.HealthOf("10.0.1.1"));
    }

    [Theory]
    [InlineData("12", ":status: 200\ngrpc-status: 12\n", "", 0)]
    [InlineData("0-5", ":status: 200\n", "grpc-status: 5\n", 0)]
    [InlineData("0", ":status: 200\n", "grpc-status: 0\n", 0)]
    [InlineData("0", ":status: 200\n", "grpc-status: 14\n", 14)]
    [InlineData("0-99", ":status: 503\n", "grpc-status: 0\n", 503)]
    [InlineData("0-99", ":status: 200\n", "x: y\n", -1)]
    [InlineData("0-99", ":status: 200\n", "grpc-status: x\n", -1)]
    [InlineData("0-99", ":status: 200\n", null, -1)]
    public void Check_OfAGrpcGroup_GoesByTheGrpcStatus(string matcher, string head, string? trailers, int told)
    {
        using BalancerWorld world = Make(
            TargetProtocolVersion.Grpc, null, out Http2Peer check, _often with { GrpcCode = matcher, UnhealthyThresholdCount = 2 });
        for (int i = 0; i < 2; i++)
        {
            check.NextRequest();
            check.Headers(1, check.Block(head), ends: trailers == "");
            if (trailers is null)
            {
                check.Data(1, "\0\0\0\0\0", ends: true);
            }
            else if (trailers.Length > 0)
            {
                check.Data(1, "\0\0\0\0\0");
                check.Headers(1, check.Block(trailers), ends: true);
            }

            world.Until(() => check.Bytes.Ended, "the check's end");
            if (i == 0)
            {
                check = Next(world, 1);
            }
        }

        Assert.Equal(
            told == 0 ? TargetHealthStatus.Healthy : told < 0 ? TargetHealthStatus.Failed : TargetHealthStatus.CodeMismatch(told),
            world.HealthOf("10.0.1.1"));
    }

    [Fact]
    public void Check_ThatIsPinged_AnswersAndTakesWhatComesByteByByte()
    {
        using BalancerWorld world = Make(TargetProtocolVersion.Http2, null, out Http2Peer check);
        check.NextRequest();
        byte[] bytes =
        [
            .. Http2Peer.Framed(FrameType.Ping, 0, 0, "12345678"u8),
            .. Http2Peer.Framed(FrameType.Headers, 4, 1, check.Block(":status: 103\n")),
            .. Http2Peer.Framed(FrameType.Headers, 5, 1, check.Block(":status: 200\n")),
        ];
        foreach (byte value in bytes)
        {
            check.Bytes.Send([value]);
            world.RunMs(2);
        }

        check.Until(() => check.PingAcks.Count == 1 && check.SettingsAcks == 1, "both answers");
        Assert.Equal(TargetHealthStatus.Healthy, world.HealthOf("10.0.1.1"));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("")]
    public void Check_OfATargetThatSpeaksNoHttp2_Fails(string says)
    {
        using BalancerWorld world = Make(TargetProtocolVersion.Http2, null, out Http2Peer check, _often, greets: false);
        for (int i = 0; i < 2; i++)
        {
            check.Bytes.Send(Encoding.ASCII.GetBytes(says));
            check.Bytes.Fin();
            world.Until(() => check.Bytes.Ended, "the check's end");
            check = i == 0 ? Next(world, 1, greets: false) : check;
        }

        Assert.Equal(TargetHealthStatus.Failed, world.HealthOf("10.0.1.1"));
    }

    // A check has the duties of any client, and a target that breaks the protocol is not healthy.
    public static TheoryData<string, string> Faults => new()
    {
        { "§4.3 a field block that cannot be decoded", Of(FrameType.Settings) + Of(FrameType.Headers, 5, 1, "80") },
        { "§5.1 DATA on an idle stream", Of(FrameType.Settings) + Of(FrameType.Data, 0, 3) + _answered },
        { "§5.1 WINDOW_UPDATE on an idle stream", Of(FrameType.Settings) + Of(FrameType.WindowUpdate, 0, 3, "00000001") + _answered },
        { "§5.1 HEADERS on an idle stream", Of(FrameType.Settings) + FieldHex.Head(3, ":status=200") + _answered },
        { "§6.5.2 ENABLE_PUSH 1 from a server", Of(FrameType.Settings, 0, 0, "000200000001") + _answered },
        { "§6.5.2 a window over 31 bits", Of(FrameType.Settings, 0, 0, "000480000000") + _answered },
        { "§6.6 PUSH_PROMISE", Of(FrameType.Settings) + Of(FrameType.PushPromise, 4, 1, "0000000282") + _answered },
        { "§8.1 DATA before the head", Of(FrameType.Settings) + Of(FrameType.Data, 0, 1, "00") + _answered },
        { "§8.1 a second head that does not end the stream", Of(FrameType.Settings) + FieldHex.Head(1, ":status=200", false) + FieldHex.Head(1, "grpc-status=12", false) },
        { "§8.1 pseudo-header fields in trailers", Of(FrameType.Settings) + FieldHex.Head(1, ":status=200", false) + FieldHex.Head(1, ":status=200|grpc-status=12") },
        { "§8.2.2 connection", Of(FrameType.Settings) + FieldHex.Head(1, ":status=200|grpc-status=12|connection=close") },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Check_OfATargetThatBreaksTheProtocol_Fails(string row, string hex)
    {
        using BalancerWorld world = Make(TargetProtocolVersion.Grpc, null, out Http2Peer check, _often, greets: false);
        for (int i = 0; i < 2; i++)
        {
            check.Bytes.Send(Convert.FromHexString(hex));
            world.Until(() => check.Bytes.Ended, row);
            check = i == 0 ? Next(world, 1, greets: false) : check;
        }

        Assert.Equal(TargetHealthStatus.Failed, world.HealthOf("10.0.1.1"));
    }

    // With the first check's connection, whose answer is given unless it is null.
    private BalancerWorld Make(
        TargetProtocolVersion version, string? answer, out Http2Peer check, HealthCheckDefinition? settings = null, bool greets = true)
    {
        // The first check begins with the world: nobody answers it.
        var world = new BalancerWorld(certificates.Https with { Targets = 0, ProtocolVersion = version, HealthCheck = settings ?? _often });
        world.AddTarget("10.0.1.1").Health.Answer = null;
        world.Apply(world.Options with { Targets = 1 });
        check = Next(world, 0, greets);
        if (answer is not null)
        {
            check.Answer(answer);
        }

        return world;
    }

    private static Http2Peer Next(BalancerWorld world, int number, bool greets = true)
    {
        List<Peer> checks = world.Target.Health.Checks;
        world.Until(() => checks.Count > number, "a check", TimeSpan.FromSeconds(15));
        return Http2Peer.OfTarget(world, checks[number], greets);
    }
}
