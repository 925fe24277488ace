namespace Weir.EndToEnd.Tests;

/// <summary>
/// Node.js, deployed side by side: a new process takes the place of an old one in the target group, which leaves it with a
/// delay that is too short for what it has in hand.
/// </summary>
internal sealed class DeploymentService(string name, int seed) : FaultyService(name)
{
    private const int Size = 2;

    private readonly Queue<FaultyNode> _serving = [];

    public override IReadOnlyList<string> Targets => [.. _serving.Select(static node => node.Key)];

    public override int DeregistrationDelaySeconds => 1;

    public override async Task Start()
    {
        for (int i = 0; i < Size; i++)
        {
            _serving.Enqueue(await StartNode());
        }
    }

    public override async Task Run(FaultStage stage)
    {
        var clients = new FaultClients(Port, seed);
        await Task.WhenAll(clients.AskOrdinarily(6, stage), clients.AskOrdinarily(1.5, stage, ["/export"]), Deploy(clients, stage));
        await clients.Finish();
    }

    private async Task<FaultyNode> StartNode() => Own(await FaultyNode.StartAsync());

    private async Task Deploy(FaultClients clients, FaultStage stage)
    {
        while (await stage.Pause(clients.Between(5, 8)))
        {
            _serving.Enqueue(await StartNode());
            _serving.Dequeue();
            await stage.Reload();
        }
    }
}
