namespace Weir.Balancer.Tests;

/// <summary>Health checks on the wire, and the states that they lead to. Source: ALB user guide, health checks.</summary>
public sealed class HealthTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void Check_OnTheWire_IsByteForByteAsObserved()
    {
        using var world = new BalancerWorld();
        Peer check = Assert.Single(world.Target.Health.Checks);
        Assert.Equal(
            "GET / HTTP/1.1\r\nHost: 10.0.1.1:9000\r\nConnection: close\r\nUser-Agent: ELB-HealthChecker/2.0\r\n"
            + "Accept-Encoding: gzip, compressed\r\n\r\n",
            check.Received);
        Assert.True(check.Ended);
        world.RunSeconds(30.1);
        Assert.Equal(2, world.Target.Health.Checks.Count);
    }

    [Fact]
    public void FirstSuccess_MakesHealthy()
    {
        using var world = new BalancerWorld();
        Assert.Equal(TargetHealthStatus.Healthy, world.HealthOf("10.0.1.1"));
    }

    [Fact]
    public void Thresholds_CountResultsInARow()
    {
        using var world = new BalancerWorld();
        world.Target.Health.AnswerCode(500);
        world.RunSeconds(30);
        Assert.Equal(TargetHealthState.Healthy, world.HealthOf("10.0.1.1").State);
        world.Target.Health.AnswerCode(200);
        world.RunSeconds(30);
        world.Target.Health.AnswerCode(503);
        world.RunSeconds(30);
        Assert.Equal(TargetHealthState.Healthy, world.HealthOf("10.0.1.1").State);
        world.RunSeconds(30);
        Assert.Equal(TargetHealthStatus.CodeMismatch(503), world.HealthOf("10.0.1.1"));

        world.Target.Health.AnswerCode(200);
        world.RunSeconds(4 * 30);
        Assert.Equal(TargetHealthState.Unhealthy, world.HealthOf("10.0.1.1").State);
        world.RunSeconds(30);
        Assert.Equal(TargetHealthStatus.Healthy, world.HealthOf("10.0.1.1"));
    }

    [Fact]
    public void Failures_FromInitial_NeedTheThresholdToo()
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 0 });
        world.AddTarget("10.0.1.1").Health.AnswerCode(500);
        world.Apply(world.Options with { Targets = 1 });
        world.RunMs(100);
        Assert.Equal(TargetHealthStatus.InitialHealthChecking, world.HealthOf("10.0.1.1"));
        world.RunSeconds(30);
        Assert.Equal(TargetHealthStatus.CodeMismatch(500), world.HealthOf("10.0.1.1"));
    }

    [Fact]
    public void Reasons_NameTheKindOfFailure()
    {
        using var world = new BalancerWorld();
        world.Target.Health.Answer = null;
        world.RunSeconds(70);
        Assert.Equal(TargetHealthStatus.TimedOut, world.HealthOf("10.0.1.1"));
        world.Target.Health.Answer = "nonsense\r\n\r\n";
        world.RunSeconds(30);
        Assert.Equal(TargetHealthStatus.Failed, world.HealthOf("10.0.1.1"));
    }

    [Fact]
    public void Target_ThatRefusesTheConnection_Failed()
    {
        using var world = new BalancerWorld(new WorldOptions { HealthCheck = new() { Port = "9999", IntervalSeconds = 30, TimeoutSeconds = 5 } });
        world.RunSeconds(31);
        Assert.Equal(TargetHealthStatus.Failed, world.HealthOf("10.0.1.1"));
    }

    [Fact]
    public void Timeout_CountsFromTheChecksStart_AndClosesTheConnection()
    {
        using var world = new BalancerWorld();
        world.Target.Health.Answer = null;
        world.Until(() => world.Target.Health.Checks.Count == 2, "the second check", TimeSpan.FromSeconds(31));
        Peer check = world.Target.Health.Checks[^1];
        world.RunSeconds(4.9);
        Assert.False(check.Ended);
        world.RunSeconds(0.2);
        Assert.True(check.Ended);
    }

    [Fact]
    public void Checks_OfManyTargets_BeginAtOnceAndThenDoNotCoincide()
    {
        const int Targets = 200;
        using var world = new BalancerWorld(new WorldOptions { Targets = Targets });
        Assert.All(world.Targets, target => Assert.Single(target.Health.Checks));
        int before = Targets;
        var inEachSecond = new List<int>();
        for (int second = 0; second < 90; second++)
        {
            world.RunSeconds(1);
            int made = world.Targets.Sum(target => target.Health.Checks.Count);
            inEachSecond.Add(made - before);
            before = made;
        }

        // One in each interval: of 25 seconds, that is, when the timeout of the first has passed.
        Assert.All(world.Targets, target => Assert.Equal(4, target.Health.Checks.Count));
        Assert.All(inEachSecond, made => Assert.InRange(made, 0, Targets / 8));
        Assert.All(inEachSecond[..5], made => Assert.Equal(0, made));
    }

    [Fact]
    public void Checks_WithANewInterval_AreSpreadOverIt()
    {
        const int Targets = 100;
        using var world = new BalancerWorld(new WorldOptions { Targets = Targets });
        world.RunSeconds(31);
        int before = world.Targets.Sum(target => target.Health.Checks.Count);
        world.Apply(world.Options with { HealthCheck = new() { Port = "9000", IntervalSeconds = 60, TimeoutSeconds = 5 } });
        world.RunSeconds(1);
        Assert.Equal(before, world.Targets.Sum(target => target.Health.Checks.Count));
        world.RunSeconds(59.1);
        Assert.Equal(before + Targets, world.Targets.Sum(target => target.Health.Checks.Count));
    }

    [Fact]
    public void Check_ThatWaits_HoldsNoBuffer()
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 0 });
        TargetDouble target = world.AddTarget("10.0.1.1");
        target.Health.Answer = null;
        world.Apply(world.Options with { Targets = 1 });
        world.RunSeconds(1);
        Peer check = Assert.Single(target.Health.Checks);
        Assert.NotEqual("", check.Received);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        check.Send("HTTP/1.1 200 OK\r\n");
        world.RunMs(10);
        Assert.Equal((1, 4096L), (world.BalancerLoop.Buffers.Rented, world.BalancerLoop.Buffers.TotalBytes));
        check.Send("Content-Length: 0\r\n\r\n");
        world.RunMs(10);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        Assert.Equal(TargetHealthStatus.Healthy, world.HealthOf("10.0.1.1"));
    }

    [Fact]
    public void Answer_WithALargeHead_IsRead()
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 0 });
        TargetDouble target = world.AddTarget("10.0.1.1");
        string fields = string.Concat(Enumerable.Range(0, 9).Select(i => $"X-Field-{i}: {new string('x', 2000)}\r\n"));
        target.Health.Answer = $"HTTP/1.1 100 Continue\r\n{fields}\r\nHTTP/1.1 200 OK\r\n{fields}Content-Length: 0\r\n\r\n";
        world.Apply(world.Options with { Targets = 1 });
        world.RunSeconds(1);
        Assert.Equal(TargetHealthStatus.Healthy, world.HealthOf("10.0.1.1"));
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void RoundRobin_GoesThroughTheHealthyTargetsInTurn()
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 3 });
        world.TargetAt("10.0.1.2").Health.AnswerCode(500);
        world.RunSeconds(31);
        world.Apply(world.Options);
        world.RunSeconds(31);
        AnswerWithAddress(world);
        string[] answers = Ask(world, 6);
        Assert.Equal(["10.0.1.1", "10.0.1.3"], answers.Distinct().Order());
        Assert.All(Enumerable.Range(1, 5), i => Assert.NotEqual(answers[i - 1], answers[i]));
        Assert.Equal(0, world.Counters[Counter.UnhealthyRoutingRequests]);
    }

    [Fact]
    public void AllUnhealthy_FailsOpen()
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 2 });
        foreach (TargetDouble target in world.Targets)
        {
            target.Health.AnswerCode(500);
        }

        world.RunSeconds(61);
        AnswerWithAddress(world);
        Assert.Equal(["10.0.1.1", "10.0.1.2"], Ask(world, 4).Distinct().Order());
        Assert.Equal(4, world.Counters[Counter.UnhealthyRoutingRequests]);
    }

    [Fact]
    public void BelowTheRoutingPercentage_FailsOpen()
    {
        using var world = new BalancerWorld(new WorldOptions
        {
            Targets = 3,
            TargetGroup =
            [
                "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage=50",
                "target_group_health.dns_failover.minimum_healthy_targets.percentage=50",
            ],
        });
        world.TargetAt("10.0.1.1").Health.AnswerCode(500);
        world.RunSeconds(61);
        AnswerWithAddress(world);
        Assert.Equal(2, Ask(world, 6).Distinct().Count());
        world.TargetAt("10.0.1.2").Health.AnswerCode(500);
        world.RunSeconds(61);
        Assert.Equal(3, Ask(world, 6).Distinct().Count());
    }

    [Fact]
    public void Weights_ShareTheRequests()
    {
        using var world = new BalancerWorld(new WorldOptions { Weights = [3, 1, 0] });
        AnswerWithAddress(world);
        string[] answers = Ask(world, 400);
        int first = answers.Count(static answer => answer == "10.0.1.1");
        Assert.InRange(first, 270, 330);
        Assert.DoesNotContain("10.0.3.1", answers);
    }

    [Fact]
    public void Weight_OfNothing_Is503()
    {
        using var world = new BalancerWorld(new WorldOptions { Weights = [0] });
        Assert.StartsWith("HTTP/1.1 503", world.Connect(Get).ReadHead(), StringComparison.Ordinal);
    }

    private static void AnswerWithAddress(BalancerWorld world)
    {
        foreach (TargetDouble target in world.Targets)
        {
            target.Script = _ => $"HTTP/1.1 200 OK\r\nX-Target: {target.Address}\r\nContent-Length: 0\r\n\r\n";
        }
    }

    private static string[] Ask(BalancerWorld world, int times)
    {
        Peer client = world.Connect();
        string[] answers = new string[times];
        for (int i = 0; i < times; i++)
        {
            client.Send(Get);
            string head = client.ReadHead();
            int start = head.IndexOf("X-Target: ", StringComparison.Ordinal) + 10;
            answers[i] = head[start..head.IndexOf('\r', start)];
        }

        return answers;
    }
}
