namespace Weir.Balancer.Tests;

/// <summary>Whose turn it is for a request that others have refused.</summary>
public sealed class LoopTargetGroupTests
{
    [Fact]
    public void Other_IsNoneOfTheTwo_NorUnhealthy_AndTakesItsTurn()
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 5 });
        LoopTargetGroup group = GroupOf(world);
        Fail(world, "10.0.1.5");
        LoopTarget[] targets = group.Targets;
        string[] others = [.. Enumerable.Range(0, 6).Select(_ => NameOf(group.ChooseOther(targets[0], targets[1])))];
        Assert.Equal(["10.0.1.3", "10.0.1.4"], others.Distinct().Order());
        Assert.Equal(3, others.Count(static name => name == "10.0.1.3"));
        Assert.Equal(["10.0.1.2", "10.0.1.3", "10.0.1.4"], Enumerable.Range(0, 9).Select(_ => NameOf(group.ChooseOther(targets[0], targets[0]))).Distinct().Order());
    }

    [Fact]
    public void Other_IsNoneWhereTheRestIsUnhealthy_ButAnyWhereAllAre()
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 3 });
        LoopTargetGroup group = GroupOf(world);
        Fail(world, "10.0.1.2");
        Fail(world, "10.0.1.3");
        LoopTarget healthy = group.Targets[0];
        Assert.False(group.HasOther(healthy, healthy));
        Assert.Null(group.ChooseOther(healthy, healthy));
        Fail(world, "10.0.1.1");
        Assert.True(group.HasOther(healthy, healthy));
        Assert.Equal(["10.0.1.2", "10.0.1.3"], Enumerable.Range(0, 4).Select(_ => NameOf(group.ChooseOther(healthy, healthy))).Distinct().Order());
    }

    [Fact]
    public void Other_IsNotDeregistered()
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 2 });
        LoopTargetGroup group = GroupOf(world);
        Assert.True(group.HasOther(group.Targets[0], group.Targets[0]));
        world.Apply(world.Options with { Targets = 1 });
        Assert.False(group.HasOther(group.Targets[0], group.Targets[0]));
        Assert.Null(group.ChooseOther(group.Targets[0], group.Targets[0]));
    }

    private static LoopTargetGroup GroupOf(BalancerWorld world) =>
        world.Node.LoopAt(0).Listeners.Single().View.DefaultAction.ChooseGroup(world.BalancerLoop.Random)!;

    private static string NameOf(LoopTarget? target) => target!.Snapshot.Address.ToString();

    private static void Fail(BalancerWorld world, string address)
    {
        world.TargetAt(address).Health.AnswerCode(500);
        world.Until(() => world.HealthOf(address).State == TargetHealthState.Unhealthy, "it is unhealthy", TimeSpan.FromSeconds(100));
    }
}
