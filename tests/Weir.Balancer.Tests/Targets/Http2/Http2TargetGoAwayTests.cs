using System.Text.Json;
using Weir.Balancer.Tests.Tls;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Reactor;

namespace Weir.Balancer.Tests.Targets.Http2;

/// <summary>Targets that end a connection with an error (GOAWAY): what is under way there gets a moment, and its end says why.</summary>
public sealed class Http2TargetGoAwayTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private static readonly TimeSpan _grace = TimeSpan.FromMilliseconds(Http2Target.GoAwayGraceMs);

    [Theory]
    [InlineData(Http2ErrorCode.EnhanceYourCalm, "ENHANCE_YOUR_CALM")]
    [InlineData(Http2ErrorCode.InternalError, "INTERNAL_ERROR")]
    public void Streams_OfATargetThatSaysAnErrorAndDoesNotClose_HaveAFewSecondsAndFailByItsName(Http2ErrorCode code, string said)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int[] ids = [client.Get("/late"), client.Get("/quick"), client.Get("/begun"), client.Get("/beyond")];
        Http2Peer target = world.Target.AcceptHttp2();
        target.NextRequest();
        int quick = target.NextRequest();
        int begun = target.NextRequest();
        target.NextRequest();
        target.Headers(begun, target.Block(":status: 200\n"), ends: false);
        target.Data(begun, "part");
        target.GoAway(begun, code);
        TimeSpan told = world.Network.Elapsed;

        // What was not looked at is sent again, and so is what comes from now on.
        Http2Peer fresh = world.Target.AcceptHttp2();
        fresh.Answer(body: "again");
        Assert.Equal("again", client.Read(ids[3]).Body);
        world.RunSeconds(1);
        int next = client.Get("/next");
        fresh.Answer(body: "next");
        Assert.Equal("next", client.Read(next).Body);
        Assert.False(target.HasRequest);
        target.Respond(quick, body: "quick");
        Assert.Equal("quick", client.Read(ids[1]).Body);
        world.RunSeconds(1);
        Assert.False(client.At(ids[0]).IsEnded);

        Assert.Equal("502", client.Read(ids[0], TimeSpan.FromSeconds(2)).Status);
        Assert.InRange(world.Network.Elapsed - told, _grace, _grace + TimeSpan.FromMilliseconds(50));
        Assert.Equal(Http2ErrorCode.InternalError, client.Read(ids[2]).Reset);
        Assert.Equal("part", client.At(ids[2]).Body);
        Assert.Equal(Http2ErrorCode.NoError, target.ReadGoAway().Code);
        Assert.Equal(1, world.Counters[FailureReason.TargetGoAway]);
        Assert.Equal(1, world.Counters[FailureReason.TargetGoAwayInResponse]);
        Assert.Equal(1, world.Counters[Counter.RequestsSentAgainAfterRefusal]);
        Dictionary<string, JsonElement> records = world.Explained().ToDictionary(static record => record.GetProperty("reason").GetString()!);
        Assert.Equal(["target_goaway", "target_goaway_in_response"], records.Keys.Order());
        Assert.All(records.Values, record => Assert.Contains($"GOAWAY {said}", Verdict(record), StringComparison.Ordinal));
        Assert.All(records.Values, record => Assert.Equal(said, Code(record)));
        Assert.Contains("within 3 s it neither closed it", Verdict(records["target_goaway"]), StringComparison.Ordinal);
        LogLine line = world.Log().Single(static line => line[9] == "502");
        Assert.StartsWith("10.0.1.1:8080 0.00", line.Outcome, StringComparison.Ordinal);
        Assert.InRange(line.Times[1], 3, 3.1);
    }

    [Fact]
    public void Grace_BeginsWithTheFirstError_AndNeverAnew()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.GoAway(at);
        // Without an error it may take its time.
        world.RunSeconds(10);
        Assert.False(client.At(id).IsEnded);
        target.GoAway(at, Http2ErrorCode.EnhanceYourCalm);
        world.RunSeconds(2);
        target.GoAway(at, Http2ErrorCode.InternalError);
        Assert.Equal("502", client.Read(id, TimeSpan.FromSeconds(1.1)).Status);
        JsonElement record = Assert.Single(world.Explained());
        Assert.Contains("GOAWAY ENHANCE_YOUR_CALM", Verdict(record), StringComparison.Ordinal);
        Assert.Equal("ENHANCE_YOUR_CALM", Code(record));
    }

    [Fact]
    public void Connection_WhoseLastStreamEndsWithinTheGrace_IsClosedThen()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.GoAway(at, Http2ErrorCode.InternalError);
        world.RunMs(100);
        target.Respond(at, body: "well");
        Assert.Equal("well", client.Read(id).Body);
        world.Until(() => target.Bytes.Ended, "the connection's end", TimeSpan.FromMilliseconds(50));
        world.RunSeconds(5);
        Assert.Empty(world.Explained());
    }

    [Theory]
    [InlineData(false, "target_closed", "closed (FIN) it")]
    [InlineData(true, "target_closed", "reset (RST) it")]
    [InlineData(false, "target_closed_in_response", "closed (FIN) it in the middle of its answer")]
    public void Close_BehindAnError_IsToldWithIt(bool resets, string reason, string said)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Post();
        client.Data(id, "body", ends: true);
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        if (reason == "target_closed_in_response")
        {
            target.Headers(at, target.Block(":status: 200\n"), ends: false);
            client.Until(() => client.At(id).Blocks.Count == 1, "the head");
        }

        target.GoAway(at, Http2ErrorCode.EnhanceYourCalm);
        world.RunMs(20);
        if (resets)
        {
            target.Bytes.Reset();
        }
        else
        {
            target.Bytes.Fin();
        }

        Http2Answer answer = client.Read(id);
        Assert.Equal(reason == "target_closed" ? "502" : "200", answer.Status);
        JsonElement record = Assert.Single(world.Explained());
        Assert.Equal(reason, record.GetProperty("reason").GetString());
        Assert.Contains("GOAWAY ENHANCE_YOUR_CALM", Verdict(record), StringComparison.Ordinal);
        Assert.Equal("ENHANCE_YOUR_CALM", Code(record));
        Assert.Contains(said, Verdict(record), StringComparison.Ordinal);
        Assert.DoesNotContain("crashed", Verdict(record), StringComparison.Ordinal);
    }

    [Fact]
    public void Request_ThatMeetsTheCloseBehindAnError_IsRetriedInProtect_AndItsLineSaysWhy()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        Http2Peer target = Http2World.Park(world, client);
        world.RunSeconds(5);
        int id = client.Get();
        int at = target.NextRequest();
        target.GoAway(at, Http2ErrorCode.InternalError);
        target.Bytes.Fin();
        world.Target.AcceptHttp2().Answer(body: "saved");
        Assert.Equal("saved", client.Read(id).Body);
        JsonElement record = Assert.Single(world.Explained());
        Assert.Equal("retried", record.GetProperty("kind").GetString());
        Assert.Contains("GOAWAY INTERNAL_ERROR", Verdict(record), StringComparison.Ordinal);
        Assert.Equal("INTERNAL_ERROR", Code(record));
        Assert.Equal(["INTERNAL_ERROR", null], record.GetProperty("attempts").EnumerateArray().Select(Code));
        Assert.Contains("answered 200", Verdict(record), StringComparison.Ordinal);
        Assert.DoesNotContain("set its idle timeout", Verdict(record), StringComparison.Ordinal);
        world.TakeReports();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Connection_ThatIsOver_EndsThoughAClientHasNotTakenItsAnswer(bool breaksRules)
    {
        using BalancerWorld world = Http2World.Make(certificates);
        var slow = new Http2Peer(world) { GivesWindow = false };
        int id = slow.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        string body = new('x', 65_535);
        int at = target.NextRequest();
        target.Headers(at, target.Block(":status: 200\n"), ends: false);
        for (int sent = 0; sent < body.Length; sent += 13_107)
        {
            target.Data(at, body[sent..(sent + 13_107)]);
        }

        world.RunSeconds(1);
        target.Data(at, "more");
        world.RunSeconds(1);
        if (breaksRules)
        {
            target.Frame(FrameType.Data, 0, 0, "of no stream"u8);
        }
        else
        {
            target.GoAway(at, Http2ErrorCode.InternalError);
        }

        world.Until(() => target.Bytes.Ended, "the connection's end", _grace + TimeSpan.FromMilliseconds(100));
        Assert.Equal(ConnectionEnd.Fin, target.Bytes.End);
        Assert.False(slow.At(id).IsEnded);
        slow.GivesWindow = true;
        slow.WindowUpdate(0, 1000);
        slow.WindowUpdate(id, 1000);
        Assert.Equal(body + "more", slow.Read(id).Body);
        Assert.Equal(1, world.Counters[breaksRules ? FailureReason.TargetConnectionFaultInResponse : FailureReason.TargetGoAwayInResponse]);
    }

    private static string? Code(JsonElement record) => record.GetProperty("goaway_code").GetString();

    private static string Verdict(JsonElement record) => record.GetProperty("verdict").GetString()!;
}
