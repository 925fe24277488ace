using System.Text.Json;

namespace Weir.Balancer.Tests;

/// <summary>Which exchanges are explained, and with which facts.</summary>
public sealed class ExplainLogTests
{
    private const string Get = "GET /a?b HTTP/1.1\r\nHost: example.com\r\n\r\n";
    private const string Fine = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n";

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
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.Answer(Fine);
        client.ReadHead();
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
    public void NearMiss_MadeUp_IsWrittenAsOne()
    {
        string path = Path.Combine(Path.GetTempPath(), $"weir-explain-{Guid.NewGuid():N}.log");
        try
        {
            using var world = new BalancerWorld();
            using var writer = AccessLogs.AccessLogWriter.CreateUndivided(path, new AccessLogs.AccessLogWriterOptions { Chunks = 1 });
            using var log = new ExplainLog(writer.CreateBuffer());
            log.NearMiss(new NearMiss
            {
                Listener = View(world),
                TargetGroupArn = "arn:aws:x"u8,
                Target = "10.0.1.1:8080"u8,
                Facts = Explained.Race(FailureReason.None),
                ClosedAfterMicros = 2_100,
                Learned = new LearnedCloseTime(5_000, -1, 4_500),
                TimeUnixMicros = 1_767_225_600_000_001,
            });
            log.Flush();
            Assert.True(writer.Stop(TimeSpan.FromSeconds(5)));
            JsonElement line = JsonDocument.Parse(Assert.Single(File.ReadAllLines(path))).RootElement;
            Assert.Equal("near_miss", Text(line, "kind"));
            Assert.Equal(5_998, Number(line, "idle_ms"));
            Assert.Equal("fin", Text(line, "end"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ListenerView View(BalancerWorld world)
    {
        Model.LoadBalancerSnapshot balancer = world.Node.Snapshot.LoadBalancers[0];
        return new ListenerView(balancer, balancer.Listeners[0], 80, new LoopForward([], []), accessLog: null);
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static long Number(JsonElement line, string name) => line.GetProperty(name).GetInt64();
}
