using System.Text.Json;

namespace Weir.Balancer.Tests;

/// <summary>An exception inside an exchange: a bug of ours, which costs that one connection and is told like any failure.</summary>
public sealed class BugTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void Exception_InAnExchange_IsA500WithALogLineAndNothingElseSuffers()
    {
        var bug = new ThrowingObserver();
        using var world = new BalancerWorld(new WorldOptions { Observer = bug, Bugs = 1 });
        Peer other = world.Connect(Get);
        Peer target = world.Target.Accept();
        bug.IsArmed = true;
        Peer client = world.Connect(Get);
        Assert.Equal(BalancerWorld.Page("500 Internal Server Error", keepAlive: false), BalancerWorld.Masked(client.ReadToEnd()));
        bug.IsArmed = false;
        target.Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", other.ReadHead(), StringComparison.Ordinal);

        Assert.Equal(1, world.Counters[FailureReason.InternalError]);
        Assert.Equal(1, world.Counters[Counter.ElbCode500]);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        Assert.Contains(nameof(InvalidTimeZoneException), Assert.Single(world.TakeReports()), StringComparison.Ordinal);
        JsonElement explained = Assert.Single(world.Explained());
        Assert.Equal("internal_error", explained.GetProperty("reason").GetString());
        Assert.Equal(JsonValueKind.Null, explained.GetProperty("reused").ValueKind);
        IReadOnlyList<LogLine> log = world.Log();
        Assert.Equal(2, log.Count);
        Assert.StartsWith("500 - 27 ", log[0].CodesAndBytes, StringComparison.Ordinal);
    }
}
