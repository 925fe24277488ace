using System.Text.Json;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>What a target, or the way to it, can do to an exchange: page, line, counters, and both connections.</summary>
public sealed class TargetFailureTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";

    [Fact]
    public void Connect_Refused_Is502WithoutTimes()
    {
        using var world = new BalancerWorld();
        world.Target.Close();
        Peer client = world.Connect(Get);
        Assert.Equal(BalancerWorld.Page("502 Bad Gateway", true), BalancerWorld.Masked(client.ReadTo("</html>\r\n")));
        Assert.Equal(1, world.Counters[Counter.TargetConnectionErrors]);
        Assert.Equal(1, world.Counters[FailureReason.ConnectRefused]);
        Assert.Equal(1, world.Counters[Counter.ElbCode502]);
        Assert.Equal("10.0.1.1:8080 -1 -1 -1 502 - 37 277", Assert.Single(world.Log()).Outcome);
    }

    [Fact]
    public void Target_ThatSendsInterimResponsesForEver_Is502AndHoldsNothingUp()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.ReadHead();
        target.Send(string.Concat(Enumerable.Repeat("HTTP/1.1 100 C\r\n\r\n", 200)));
        Assert.Equal(BalancerWorld.Page("502 Bad Gateway", true), BalancerWorld.Masked(client.ReadTo("</html>\r\n")));
        Assert.Equal(1, world.Counters[FailureReason.MalformedResponse]);
        Assert.Equal(33, world.Counters[Counter.TargetCode1xx]);
    }

    [Fact]
    public void Connect_WithoutRoute_Is502()
    {
        using var world = new BalancerWorld(Faulty(SimConnectFate.Unreachable));
        Peer client = world.Connect(Get);
        Assert.Equal(BalancerWorld.Page("502 Bad Gateway", true), BalancerWorld.Masked(client.ReadTo("</html>\r\n")));
        Assert.Equal(1, world.Counters[FailureReason.ConnectUnreachable]);
    }

    [Fact]
    public void Connect_WithoutAnswerFor10Seconds_Is504()
    {
        using var world = new BalancerWorld(Faulty(SimConnectFate.Swallow));
        Peer client = world.Connect(Get);
        world.RunSeconds(9.9);
        Assert.Equal("", client.Take());
        world.RunSeconds(0.2);
        Assert.Equal(BalancerWorld.Page("504 Gateway Time-out", true), BalancerWorld.Masked(client.Take()));
        Assert.Equal(1, world.Counters[Counter.TargetConnectionErrors]);
        Assert.Equal(1, world.Counters[Counter.ElbCode504]);
        Assert.Equal("10.0.1.1:8080 -1 -1 -1 504 - 37 292", Assert.Single(world.Log()).Outcome);
    }

    [Fact]
    public void Connect_WithoutLocalPorts_Is502AndOurOwnFailure()
    {
        using var world = new BalancerWorld(Faulty(SimConnectFate.NoResources));
        Peer client = world.Connect(Get);
        Assert.Equal(BalancerWorld.Page("502 Bad Gateway", true), BalancerWorld.Masked(client.ReadTo("</html>\r\n")));
        Assert.Equal(1, world.Counters[FailureReason.NoLocalResources]);
    }

    [Theory]
    [InlineData(false, ConnectionEnd.Fin)]
    [InlineData(true, ConnectionEnd.Rst)]
    public void Target_ClosesWithTheRequestOutstanding_Is502WithTheMeasuredTime(bool reset, ConnectionEnd end)
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.ReadHead();
        world.RunMs(250);
        if (reset)
        {
            target.Reset();
        }
        else
        {
            target.Close();
        }

        Assert.Equal(BalancerWorld.Page("502 Bad Gateway", true), BalancerWorld.Masked(client.ReadTo("</html>\r\n")));
        Assert.Equal(reset ? ConnectionEnd.Rst : ConnectionEnd.Fin, end);
        Assert.Equal(1, world.Counters[FailureReason.TargetClosed]);
        Assert.Equal(0, world.Counters[Counter.TargetConnectionErrors]);
        LogLine line = Assert.Single(world.Log());
        Assert.Equal("502 - 37 277", line.CodesAndBytes);
        Assert.Equal("0.001", line[6]);
        Assert.InRange(line.Times[1], 0.250, 0.253);
        Assert.Equal("-1", line[8]);
    }

    [Fact]
    public void Target_SilentUntilTheIdleTimeout_Is504WithoutTargetTime()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.ReadHead();
        world.RunSeconds(59.9);
        Assert.Equal("", client.Take());
        world.RunSeconds(0.2);
        Assert.Equal(BalancerWorld.Page("504 Gateway Time-out", true), BalancerWorld.Masked(client.Take()));
        Assert.True(target.Ended);
        Assert.Equal(1, world.Counters[FailureReason.TargetSilent]);

        // The client's connection goes on.
        client.Send(Get);
        world.Target.Accept().Answer("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 204", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(["10.0.1.1:8080 0.001 -1 -1 504 - 37 292", "204 204 37"], world.Log().Select(
            (line, index) => index == 0 ? line.Outcome : line.CodesAndBytes[..10]));
    }

    [Theory]
    [InlineData("HTTP/9.9 what\r\n\r\n", "unsupported_version", "names another version")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", "conflicting_content_length", "Content-Lengths that differ (RFC 9112 6.3).")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", "unasked_switch", "no WebSocket was asked for")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "chunk_size_missing", "a chunk does not begin with its size")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "invalid_field_name", "has no colon")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nwhat is that\r\n\r\n", "bad_status_line", "no status line")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n", "bad_status_line", "no status line")]
    [InlineData("HTTP/1.1 200-OK\r\n\r\n", "bad_status_line", "no status line")]
    [InlineData("HTTP/1.1 200 O\0K\r\n\r\n", "bad_status_line", "no status line")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", "unsupported_transfer_coding", "names another coding than chunked or identity, or chunked twice")]
    // An alert of TLS, and the SETTINGS of HTTP/2.
    [InlineData("\x15\x03\x01\0\x02\x02\x46\r\n\r\n", "not_http", "A target that expects TLS looks like this too")]
    [InlineData("\0\0\0\x04\0\0\0\0\0\r\n\r\n", "not_http", "one that speaks HTTP/2 alone")]
    public void Target_AnswersNonsense_Is502AndIsToldWhatIsWrong(string response, string fault, string words)
    {
        using var world = new BalancerWorld();
        Peer client = world.Exchange(Get, response);
        Assert.Equal(BalancerWorld.Page("502 Bad Gateway", true), BalancerWorld.Masked(client.ReadTo("</html>\r\n")));
        Assert.Equal(1, world.Counters[FailureReason.MalformedResponse]);
        Assert.Equal(0, world.Counters[Counter.TargetCode2xx]);
        LogLine line = Assert.Single(world.Log());
        Assert.Equal("502 - 37 277", line.CodesAndBytes);
        Assert.True(line.Times[1] >= 0);
        JsonElement explained = Assert.Single(world.Explained());
        Assert.Equal(("malformed_response", fault), (explained.GetProperty("reason").GetString(), explained.GetProperty("response_fault").GetString()));
        string verdict = explained.GetProperty("verdict").GetString()!;
        Assert.Contains(words, verdict, StringComparison.Ordinal);
        Assert.Equal(fault == "not_http", verdict.Contains("expects TLS", StringComparison.Ordinal));
    }

    [Fact]
    public void Target_HeadersOver32K_Are502()
    {
        using var world = new BalancerWorld();
        string header = $"A: {new string('a', 1000)}\r\n";
        Peer client = world.Exchange(
            Get, $"HTTP/1.1 200 OK\r\n{string.Concat(Enumerable.Repeat(header, 34))}Content-Length: 0\r\n\r\n");
        Assert.Equal(BalancerWorld.Page("502 Bad Gateway", true), BalancerWorld.Masked(client.ReadTo("</html>\r\n")));
        Assert.Equal(1, world.Counters[FailureReason.ResponseHeadersTooLarge]);
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    public void Target_ClosesInsideItsBody_CutsTheClient(string rest)
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.Answer($"HTTP/1.1 200 OK\r\n{rest}");
        client.ReadTo("hello");
        target.Close();
        string after = client.ReadToEnd();
        Assert.DoesNotContain("0\r\n\r\n", after, StringComparison.Ordinal);
        Assert.Equal(1, world.Counters[FailureReason.TargetClosedInResponse]);
        Assert.Equal(0, world.Counters[Counter.ElbCode5xx]);
        Assert.StartsWith("200 200 37", Assert.Single(world.Log()).CodesAndBytes, StringComparison.Ordinal);
    }

    [Fact]
    public void Target_ResetsInsideABodyThatOnlyTheCloseEnds_ResetsTheHttp10Client()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("GET / HTTP/1.0\r\n\r\n");
        Peer target = world.Target.Accept();
        target.Answer("HTTP/1.1 200 OK\r\n\r\nhello");
        client.ReadTo("hello");
        target.Reset();
        client.ReadToEnd();
        Assert.Equal(ConnectionEnd.RstAfterData, client.End);
    }

    [Fact]
    public void Target_SilentInsideItsBody_CutsTheClientAtTheIdleTimeout()
    {
        using var world = new BalancerWorld();
        Peer client = world.Exchange(Get, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        client.ReadTo("hello");
        world.RunSeconds(59.9);
        Assert.False(client.Ended);
        world.RunSeconds(0.2);
        Assert.True(client.Ended);
        Assert.Equal(1, world.Counters[FailureReason.TargetSilentInResponse]);
    }

    private static WorldOptions Faulty(SimConnectFate fate)
    {
        var options = new WorldOptions();
        return options with { Network = options.Network with { Faults = new ConnectFate(BalancerWorld.TargetPort, fate) } };
    }
}
