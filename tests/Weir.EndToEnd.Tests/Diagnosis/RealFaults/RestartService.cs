namespace Weir.EndToEnd.Tests;

/// <summary>Node.js, one process a target, deployed once, in place: each in turn is stopped, and started again where it was. Some requests take a while.</summary>
internal sealed class RestartService(string name, int targets, int seed) : FaultyService(name)
{
    private FaultyNode[] _nodes = [];

    public override IReadOnlyList<string> Targets => [.. _nodes.Select(static node => node.Key)];

    public override async Task Start() =>
        _nodes = await Task.WhenAll(Enumerable.Range(0, targets).Select(async _ => Own(await FaultyNode.StartAsync())));

    public override async Task Run(FaultStage stage)
    {
        var clients = new FaultClients(Port, seed);
        await Task.WhenAll(
            clients.AskOrdinarily(3 * targets, stage), clients.AskOrdinarily(targets, stage, ["/report"]), Deploy(clients, stage));
        await clients.Finish();
    }

    private async Task Deploy(FaultClients clients, FaultStage stage)
    {
        await stage.Pause(stage.Duration * (0.2 + (0.3 * clients.Chance)));
        foreach (FaultyNode node in _nodes)
        {
            await Restart(node, clients.Between(1.2, 2.5), stage);
            await stage.Pause(clients.Between(1.5, 3));
        }
    }

    private async Task Restart(FaultyNode node, TimeSpan down, FaultStage stage)
    {
        DateTimeOffset from = DateTimeOffset.UtcNow;
        await node.Stop();
        await stage.Pause(down);
        await node.StartAgain();
        Inject(InjectedFault.Event("target_restart", node.Key, from));
    }
}
