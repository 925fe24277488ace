using Weir.Diagnosis;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// Node.js behind a network with latency, which closes a connection soon after its fortieth answer and announces it to nobody. It
/// is used without a pause.
/// </summary>
internal sealed class RequestLimitService(string name, int seed) : FaultyService(name)
{
    private const int RequestsPerConnection = 40;
    private const int Lanes = 2;

    private static readonly TimeSpan _latency = TimeSpan.FromMilliseconds(5);

    private FaultyNode? _node;
    private DelayRelay? _relay;

    public override IReadOnlyList<string> Targets => [Loopback(_relay!.EndPoint.Port)];

    public override async Task Start()
    {
        _node = Own(await FaultyNode.StartAsync(("requestsPerConnection", RequestsPerConnection)));
        _relay = Own(new DelayRelay(_node.EndPoint, _latency));
        Inject(new InjectedFault("request_limit_close", Targets[0], static line =>
            line.Text("reason") == "target_closed" && line.Number("earlier_requests") == RequestsPerConnection));
    }

    public override async Task Run(FaultStage stage)
    {
        var clients = new FaultClients(Port, seed);
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => AskOnAndOn(clients, stage)));
    }

    private static async Task AskOnAndOn(FaultClients clients, FaultStage stage)
    {
        do
        {
            await clients.Ask(clients.AnyPage);
        }
        while (await stage.Pause(clients.Between(0, 0.008)));
    }
}
