using Weir.Http.Http2;
using Weir.Http.Http2.Frames;

namespace Weir.Balancer.Tests;

/// <summary>Requests that are refused: with the same pages, lines and counters as over HTTP/1.1.</summary>
public sealed class Http2RefusalTests
{
    private const string Start = ":method: GET\n:scheme: https\n:path: /\n:authority: a\n";

    private static string Page(string status) =>
        $"<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n</body>\r\n</html>\r\n";

    [Theory]
    [InlineData(":method: TRACE\n:scheme: https\n:path: /\n:authority: a\n", "405 Not Allowed", FailureReason.MethodNotAllowed)]
    [InlineData(":method: CONNECT\n:authority: a:443\n", "405 Not Allowed", FailureReason.MethodNotAllowed)]
    [InlineData(Start + "x-forwarded-for: 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n",
        "463 Too Many X-Forwarded-For Addresses", FailureReason.TooManyForwardedAddresses)]
    [InlineData(Start, "503 Service Temporarily Unavailable", FailureReason.NoTargets)]
    [InlineData(":method: HEAD\n:scheme: https\n:path: /\n:authority: a\n", "503 Service Temporarily Unavailable", FailureReason.NoTargets)]
    public void Request_ThatIsRefused_GetsThePage(string fields, string status, FailureReason reason)
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 0 });
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        Http2Answer answer = client.Read(client.Request(fields));
        string page = Page(status);
        Assert.Matches(
            $"^:status: {status[..3]}\nserver: awselb/2.0\ndate: [^\n]+ GMT\ncontent-type: text/html\ncontent-length: {page.Length}\n$", answer.Head);
        Assert.Equal(fields.Contains("HEAD", StringComparison.Ordinal) ? "" : page, answer.Body);
        Assert.True(answer.IsEnded);
        world.RunMs(10);
        Assert.Null(answer.Reset);
        Assert.Equal(1, world.Counters[reason]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        LogLine line = Assert.Single(world.Log());
        Assert.StartsWith($"- -1 -1 -1 {status[..3]} - ", line.Outcome, StringComparison.Ordinal);
        Assert.EndsWith($" {answer.Bytes}", line.Outcome, StringComparison.Ordinal);
        Assert.EndsWith(" HTTP/2.0\"", line[13], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":method: GET\n:scheme: https\n:authority: a\n")]
    [InlineData(":method: GET\n:path: /\n:authority: a\n")]
    [InlineData(":scheme: https\n:path: /\n:authority: a\n")]
    [InlineData(":method: GET\n:scheme: https\n:path: \n:authority: a\n")]
    [InlineData(":method: GET\n:scheme: https\n:path: /a b\n:authority: a\n")]
    [InlineData(":method: GET\n:scheme: https\n:path: /\n:authority: user@a\n")]
    [InlineData(":method: GET\n:method: GET\n:scheme: https\n:path: /\n:authority: a\n")]
    [InlineData(Start + ":extra: 1\n")]
    [InlineData(Start + "x: y\n:path: /\n")]
    [InlineData(Start + "connection: close\n")]
    [InlineData(Start + "transfer-encoding: chunked\n")]
    [InlineData(Start + "te: gzip\n")]
    [InlineData(Start + "host: b\n")]
    [InlineData(Start + "content-length: 1\n")]
    [InlineData(Start + "x y: 1\n")]
    public void Request_ThatIsMalformed_IsAnsweredAndItsStreamReset(string fields)
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        world.Target.Script = _ => "HTTP/1.1 204 No Content\r\n\r\n";
        var client = new Http2Peer(world);
        int id = client.Request(fields);
        Http2Answer answer = client.Read(id);
        client.Until(() => answer.Reset is not null, "the reset");
        Assert.Equal("400", answer.Status);
        Assert.Equal(Page("400 Bad Request"), answer.Body);
        Assert.Equal(Http2ErrorCode.ProtocolError, answer.Reset);
        Assert.Equal("204", client.Read(client.Get()).Status);
        Assert.Equal(1, world.Counters[Http2Fault.MalformedMessage]);
        Assert.Equal(1, world.Counters[FailureReason.MalformedRequest]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        LogLine line = world.Log()[0];
        Assert.StartsWith("- -1 -1 -1 400 - 0 ", line.Outcome, StringComparison.Ordinal);
        Assert.Equal("h2", line[1]);
        Assert.StartsWith("\"- http", line[13], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("content-length: 3\n", "abcd", false)]
    [InlineData("content-length: 3\n", "ab", true)]
    public void Body_OfAnotherLength_IsA400AndAReset(string fields, string body, bool ends)
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Post(fields);
        Peer target = world.Target.Accept();
        target.ReadHead();
        client.Data(id, body, ends);
        Http2Answer answer = client.Read(id);
        client.Until(() => answer.Reset is not null, "the reset");
        Assert.Equal("400", answer.Status);
        Assert.Equal(Http2ErrorCode.ProtocolError, answer.Reset);
        world.Until(() => target.Ended, "the target's connection to be closed");
        Assert.Equal("", target.Take());
        Assert.Equal(1, world.Counters[FailureReason.MalformedRequestBody]);
        Assert.Equal("400", Assert.Single(world.Log())[9]);
    }

    [Theory]
    [InlineData("x: 1\n", false)]
    [InlineData(":path: /\n", true)]
    [InlineData("connection: close\n", true)]
    public void Trailers_ThatAreNone_AreA400AndAReset(string fields, bool ends)
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Post();
        world.Target.Accept().ReadHead();
        client.Headers(id, client.Block(fields), ends);
        Http2Answer answer = client.Read(id);
        client.Until(() => answer.Reset is not null, "the reset");
        Assert.Equal("400", answer.Status);
        Assert.Equal(Http2ErrorCode.ProtocolError, answer.Reset);
        Assert.Equal(1, world.Counters[Http2Fault.MalformedMessage]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Head_OverItsLimit_IsA400(bool ends)
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        world.Target.Script = _ => "HTTP/1.1 204 No Content\r\n\r\n";
        var client = new Http2Peer(world);
        string more = string.Concat(Enumerable.Range(0, 20).Select(i => $"x-{i}: {new string('~', 3500)}\n"));
        int id = client.Request(Start + more, ends);
        Http2Answer answer = client.Read(id);
        Assert.Equal("400", answer.Status);
        Assert.Equal(1, world.Counters[FailureReason.RequestHeadersTooLarge]);
        if (!ends)
        {
            client.Until(() => answer.Reset is not null, "the rest is not wanted");
            Assert.Equal(Http2ErrorCode.NoError, answer.Reset);
        }

        // The table of the fields is still the same at both ends.
        Assert.Equal("204", client.Read(client.Get()).Status);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void Head_WithinItsLimit_GoesThrough()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        string more = string.Concat(Enumerable.Range(0, 18).Select(i => $"x-{i}: {new string('~', 2600)}\ncookie: {new string('c', 500)}{i}\n"));
        int id = client.Request(Start + more);
        string request = world.Target.Accept().Answer("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Contains($"\r\nx-17: {new string('~', 2600)}\r\n", request, StringComparison.Ordinal);
        Assert.Contains($"0; {new string('c', 500)}1; ", request, StringComparison.Ordinal);
        Assert.Equal("204", client.Read(id).Status);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void Answer_AtItsLimit_ComesInContinuations()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get();
        string fields = string.Concat(Enumerable.Range(0, 9).Select(i => $"X-{i}: {new string('~', 3500)}\r\n"));
        world.Target.Accept().Answer($"HTTP/1.1 200 OK\r\n{fields}Content-Length: 2\r\n\r\nok");
        Http2Answer answer = client.Read(id);
        Assert.Equal(new string('~', 3500), answer.Field("x-8"));
        Assert.Equal("ok", answer.Body);
        Assert.Equal(2, client.Order.Count(frame => frame == (FrameType.Continuation, id)) + 1);
    }

    [Fact]
    public void Target_ThatRefuses_IsA502()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        world.Target.Close();
        var client = new Http2Peer(world);
        Http2Answer answer = client.Read(client.Get());
        Assert.Equal("502", answer.Status);
        Assert.Equal(Page("502 Bad Gateway"), answer.Body);
        Assert.Equal(1, world.Counters[FailureReason.ConnectRefused]);
    }
}
