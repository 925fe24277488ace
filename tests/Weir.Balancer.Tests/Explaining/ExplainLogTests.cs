using System.Text.Json;
using Weir.Tests.Schemas;

namespace Weir.Balancer.Tests;

/// <summary>Which exchanges are explained, and with which facts.</summary>
public sealed class ExplainLogTests
{
    private const string Get = "GET /a?b HTTP/1.1\r\nHost: example.com\r\n\r\n";
    private const string Fine = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n";

    private static readonly SchemaCheck _schema = SchemaCheck.Of(Path.Combine(AppContext.BaseDirectory, "explain-log.schema.json"));

    [Fact]
    public void Exchange_ThatIsAnswered_IsNotExplained()
    {
        using var world = new BalancerWorld();
        world.Target.Script = static _ => "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";
        Assert.StartsWith("HTTP/1.1 502", world.Connect(Get).ReadHead(), StringComparison.Ordinal);
        Assert.Empty(world.Explained());
    }

    [Theory]
    [InlineData(false, "fin")]
    [InlineData(true, "rst")]
    public void Close_OfAReusedConnection_IsExplainedWithItsIdleTime(bool resets, string end)
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = ["weir.stale_connection.mode=observe"] });
        (Peer client, Peer target) = Park(world);
        world.RunMs(3_000);
        client.Send(Get);
        target.ReadHead();
        if (resets)
        {
            target.Reset();
        }
        else
        {
            target.Close();
        }

        client.ReadTo("</html>\r\n");
        JsonElement line = Assert.Single(world.Explained());
        Assert.Equal("failure", Text(line, "kind"));
        Assert.Equal("target_closed", Text(line, "reason"));
        Assert.Equal(end, Text(line, "end"));
        Assert.True(line.GetProperty("reused").GetBoolean());
        Assert.Equal(1, Number(line, "earlier_requests"));
        Assert.InRange(Number(line, "idle_ms"), 2_990, 3_010);
        Assert.Equal(0, Number(line, "response_bytes"));
        Assert.Equal(Number(line, "request_bytes_acknowledged"), Number(line, "request_bytes_written"));
        Assert.Equal(5, Number(line, "advertised_keep_alive_s"));
        Assert.Equal(502, Number(line, "status_code"));
        JsonElement attempt = Assert.Single(line.GetProperty("attempts").EnumerateArray());
        Assert.Equal(Text(line, "reason"), Text(attempt, "outcome"));
        Assert.Equal(line.GetProperty("since_dispatch_ms").GetRawText(), attempt.GetProperty("elapsed_ms").GetRawText());

        LogLine logged = world.Log()[1];
        Assert.Equal(logged[18], $"\"{Text(line, "trace_id")}\"");
        Assert.Equal(logged[30], Text(line, "connection_trace_id"));
        Assert.Equal(logged[13], $"\"{Text(line, "method")} {Text(line, "url")} HTTP/1.1\"");
        Assert.Equal([logged[2], logged[3], logged[4], logged[5], logged[17]], [Text(line, "time"), Text(line, "load_balancer"), Text(line, "client"), Text(line, "target"), Text(line, "target_group_arn")]);
    }

    [Fact]
    public void Refusal_OfConnect_IsOneAttemptWithoutAConnection()
    {
        using var world = new BalancerWorld();
        world.Target.Close();
        world.Connect(Get).ReadTo("</html>\r\n");
        JsonElement line = Assert.Single(world.Explained());
        Assert.Equal("10.0.1.1:8080", Text(line, "target"));
        Assert.Equal("connect_refused", Text(Assert.Single(line.GetProperty("attempts").EnumerateArray()), "outcome"));
        Assert.Equal(JsonValueKind.Null, line.GetProperty("reused").ValueKind);
        Assert.StartsWith("10.0.1.1:8080 refused the connection", Text(line, "verdict"), StringComparison.Ordinal);
    }

    [Fact]
    public void Request_ThatCannotBeRead_HasNoUrlAndNoAttempt()
    {
        using var world = new BalancerWorld();
        world.Connect("nonsense\r\n\r\n").ReadToEnd();
        JsonElement line = Assert.Single(world.Explained());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("url").ValueKind);
        Assert.Equal(JsonValueKind.Null, line.GetProperty("trace_id").ValueKind);
        Assert.Empty(line.GetProperty("attempts").EnumerateArray());
        Assert.Equal(400, Number(line, "status_code"));
    }

    [Fact]
    public void Answer_ThatIsCutShort_HasTheCodeThatTheClientGot()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.Answer("HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\n01234");
        client.ReadTo("01234");
        target.Close();
        client.ReadToEnd();
        JsonElement line = Assert.Single(world.Explained());
        Assert.Equal("target_closed_in_response", Text(line, "reason"));
        Assert.Equal(201, Number(line, "status_code"));
    }

    [Fact]
    public void Retry_ThatIsAnswered_IsExplainedWithBothAttempts()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Park(world);
        world.RunSeconds(3);
        client.Send(Get);
        first.ReadHead();
        first.Close();
        world.Target.Accept().Answer(Fine);
        client.ReadHead();
        Assert.Single(world.TakeReports());
        JsonElement line = Assert.Single(world.Explained());
        Assert.Empty(_schema.ProblemsOf(line));
        Assert.Equal(["retried", "target_closed", "fin"], [Text(line, "kind"), Text(line, "reason"), Text(line, "end")]);
        Assert.Equal(200, Number(line, "status_code"));
        Assert.InRange(Number(line, "idle_ms"), 2_990, 3_010);
        JsonElement[] attempts = [.. line.GetProperty("attempts").EnumerateArray()];
        Assert.Equal(["target_closed", "answered"], attempts.Select(static attempt => Text(attempt, "outcome")));
        Assert.Equal([true, false], attempts.Select(static attempt => attempt.GetProperty("reused").GetBoolean()));
        Assert.Equal(
            Number(attempts[0], "request_bytes_written") + "Connection: keep-alive\r\n".Length,
            Number(attempts[1], "request_bytes_written"));
        Assert.All(attempts, static attempt => Assert.InRange(attempt.GetProperty("elapsed_ms").GetDecimal(), 0.5m, 5m));
        Assert.Equal("""{"hint_ms":5000,"closes_ms":null,"limit_ms":4000}""", line.GetProperty("learned").GetRawText());
        LogLine logged = world.Log()[1];
        Assert.Equal([logged[18], logged[2]], [$"\"{Text(line, "trace_id")}\"", Text(line, "time")]);
    }

    [Fact]
    public void Retry_WithoutASecondConnection_NamesWhatWasWrongWithIt()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Park(world);
        world.RunSeconds(3);
        world.Target.Close();
        client.Send(Get);
        first.ReadHead();
        first.Close();
        client.ReadTo("</html>\r\n");
        JsonElement line = Assert.Single(world.Explained());
        Assert.Empty(_schema.ProblemsOf(line));
        Assert.Equal(["failure", "target_closed", "fin"], [Text(line, "kind"), Text(line, "reason"), Text(line, "end")]);
        Assert.Equal(
            ["target_closed", "connect_refused"], line.GetProperty("attempts").EnumerateArray().Select(static attempt => Text(attempt, "outcome")));
        Assert.Contains("(connect_refused): that points to a target that went down", Text(line, "verdict"), StringComparison.Ordinal);
    }

    [Fact]
    public void Retry_ThatFailsToo_IsExplainedByItsSecondAttempt()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Park(world);
        world.RunSeconds(3);
        client.Send(Get);
        first.ReadHead();
        first.Close();
        Peer second = world.Target.Accept();
        second.ReadHead();
        second.Reset();
        client.ReadTo("</html>\r\n");
        JsonElement line = Assert.Single(world.Explained());
        Assert.Empty(_schema.ProblemsOf(line));
        Assert.Equal(["failure", "target_closed", "rst"], [Text(line, "kind"), Text(line, "reason"), Text(line, "end")]);
        Assert.False(line.GetProperty("reused").GetBoolean());
        Assert.Equal(["fin", "rst"], line.GetProperty("attempts").EnumerateArray().Select(static attempt => Text(attempt, "end")));
        Assert.EndsWith("the target had closed without a byte of an answer.", Text(line, "verdict"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "fin")]
    [InlineData(true, "rst")]
    public void NearMiss_IsExplainedWithTheRequestThatWasSpared(bool resets, string end)
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Park(world);
        world.RunMs(4_900);
        client.Send(Get);
        // It takes the request half a millisecond to the balancer, and the target's close as long.
        world.Network.RunFor(TimeSpan.FromMicroseconds(500));
        if (resets)
        {
            first.Reset();
        }
        else
        {
            first.Close();
        }

        world.Target.Accept().Answer(Fine);
        client.ReadHead();
        Assert.Single(world.TakeReports());
        JsonElement line = Assert.Single(world.Explained());
        Assert.Empty(_schema.ProblemsOf(line));
        Assert.Equal(["near_miss", end, "GET", "http://example.com:80/a?b"], [Text(line, "kind"), Text(line, "end"), Text(line, "method"), Text(line, "url")]);
        Assert.InRange(Number(line, "idle_ms"), 4_890, 4_910);
        Assert.InRange(line.GetProperty("closed_after_ms").GetDecimal(), 0.1m, 1m);
        Assert.Equal(1, Number(line, "earlier_requests"));
        LogLine logged = world.Log()[1];
        Assert.Equal([logged[18], logged[30], logged[4]], [$"\"{Text(line, "trace_id")}\"", Text(line, "connection_trace_id"), Text(line, "client")]);
    }

    private static (Peer Client, Peer Target) Park(BalancerWorld world)
    {
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.Answer(Fine);
        client.ReadHead();
        return (client, target);
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static long Number(JsonElement line, string name) => line.GetProperty(name).GetInt64();
}
