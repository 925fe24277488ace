namespace Weir.EndToEnd.Tests;

/// <summary>Node.js with a `server.timeout` that is shorter than the balancer's: it destroys the socket of a request that is stuck.</summary>
internal sealed class SilenceTimeoutService(string name, int timeoutMs, int seed) : FaultyService(name)
{
    private FaultyNode? _node;

    public override IReadOnlyList<string> Targets => [_node!.Key];

    public override async Task Start()
    {
        _node = Own(await FaultyNode.StartAsync(("silenceMs", timeoutMs)));
        Inject(InjectedFault.OfPage("target_timeout", Targets[0], "/stuck"));
    }

    public override async Task Run(FaultStage stage)
    {
        var clients = new FaultClients(Port, seed);
        await Task.WhenAll(clients.AskOrdinarily(4, stage), clients.AskOrdinarily(0.4, stage, ["/stuck"]));
        await clients.Finish();
    }
}
