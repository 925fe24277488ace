using Weir.Balancer.Tests.Tls;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;

namespace Weir.Balancer.Tests.Targets.Http2;

/// <summary>What has come of an answer when its stream is lost, and what is held for clients that read slowly.</summary>
public sealed class Http2TargetLossTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const int Piece = 10_000;

    // The client's window is full: a piece of the first answer is on its way, in memory that nobody else may get.
    [Theory]
    [InlineData("too long")]
    [InlineData("too short")]
    [InlineData("bad trailers")]
    [InlineData("go away")]
    public void Body_ThatGoesWrongWhileAPieceOfItWaits_IsCutAndHasNobodyElsesBytes(string how)
    {
        using BalancerWorld world = Http2World.Make(certificates);
        Http2Peer slow = Slow(world, 1000);
        int id = slow.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.Headers(at, target.Block(":status: 200\ncontent-length: 40000\n"), ends: false);
        Send(target, at, 'A', 3);
        slow.Until(() => slow.At(id).Body.Length == 1000, "what the window lets through");
        switch (how)
        {
            case "too long":
                Send(target, at, 'A', 2);
                break;
            case "too short":
                target.Data(at, "", ends: true);
                break;
            case "bad trailers":
                target.Headers(at, target.Block("content-length: 1\n:status: 200\n"), ends: true);
                break;
            default:
                target.GoAway(0);
                break;
        }

        world.RunMs(20);
        for (int i = 0; i < 4; i++)
        {
            Http2Peer other = Slow(world, 0);
            other.Get();
            world.RunMs(5);
            if (world.Target.HasWaiting)
            {
                target = world.Target.AcceptHttp2();
            }

            int to = target.NextRequest();
            target.Headers(to, target.Block(":status: 200\n"), ends: false);
            Send(target, to, 'B', 3);
        }

        slow.WindowUpdate(0, 100_000);
        slow.WindowUpdate(id, 100_000);
        Http2Answer answer = slow.Read(id);
        Assert.NotNull(answer.Reset);
        Assert.DoesNotContain('B', answer.Body);
        Assert.InRange(answer.Body.Length, 1000, 30_000);
    }

    [Fact]
    public void Answer_ThatIsWholeWhenTheTargetGoes_ArrivesWhole()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Post();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.Bytes.Send(
        [
            .. Http2Peer.Framed(FrameType.Headers, 4, at, target.Block(":status: 200\n")),
            .. Http2Peer.Framed(FrameType.Data, 1, at, "hello world"u8),
            .. Http2Peer.Framed(FrameType.GoAway, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
        ]);
        client.Until(() => client.At(id).IsEnded || client.At(id).Reset is not null, "the answer");
        Assert.Equal("200", client.At(id).Status);
        Assert.Equal("hello world", client.At(id).Body);
    }

    [Fact]
    public void Answers_ThatNobodyReads_StopNoOtherOnTheConnection()
    {
        // The test's own client holds a mebibyte of what it gets.
        const int Slows = 120, Wanted = 900_000;
        using BalancerWorld world = Http2World.Make(certificates);
        Http2Peer slow = Slow(world, 0);
        var quick = new Http2Peer(world);
        for (int i = 0; i < Slows; i++)
        {
            slow.Get();
        }

        Http2Peer target = world.Target.AcceptHttp2();
        long sent = 0;
        for (int i = 0; i < Slows; i++)
        {
            int held = target.NextRequest();
            target.Headers(held, target.Block(":status: 200\n"), ends: false);
            Send(target, held, 's', Http2Limits.InitialWindowBytes / Piece);
            sent += Http2Limits.InitialWindowBytes / Piece * Piece;
            world.RunMs(1);
        }

        int id = quick.Get();
        int at = target.NextRequest();
        target.Headers(at, target.Block(":status: 200\n"), ends: false);
        for (int done = 0; done < Wanted; done += Piece)
        {
            target.Until(
                () =>
                {
                    quick.Look();
                    return Allowed(target) - sent >= Piece && target.WindowOf(at) >= Piece;
                },
                $"room behind {done} bytes, with {Allowed(target) - sent} left");
            target.Data(at, new string('q', Piece));
            sent += Piece;
        }

        quick.Until(() => quick.At(id).Body.Length >= Wanted, "all of it");
        Assert.Equal(1, world.Target.Accepted);
    }

    [Fact]
    public void Head_WithACookieAndAFieldThatGrowsWhenItIsRead_CostsItsAnswerOnly()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        // Five bits each on the wire.
        target.Answer($":status: 200\ncookie: {new string('~', 31_000)}\nx-long: {new string('a', 100_000)}\n");
        Assert.Equal("502", client.Read(id).Status);
        Assert.Equal(1, world.Counters[FailureReason.ResponseHeadersTooLarge]);
        int next = client.Get();
        target.Answer();
        Assert.Equal("200", client.Read(next).Status);
    }

    // What all streams together may be sent, as far as the target has heard.
    private static long Allowed(Http2Peer target)
    {
        target.Look();
        return Http2Limits.InitialWindowBytes + target.WindowUpdates.Where(static update => update.Id == 0).Sum(static update => (long)update.Increment);
    }

    private static Http2Peer Slow(BalancerWorld world, uint window)
    {
        var client = new Http2Peer(world) { GivesWindow = false };
        client.Setting(SettingId.InitialWindowSize, window);
        world.RunMs(5);
        return client;
    }

    private static void Send(Http2Peer target, int id, char letter, int pieces)
    {
        for (int i = 0; i < pieces; i++)
        {
            target.Data(id, new string(letter, Piece));
        }
    }
}
