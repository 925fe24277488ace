namespace Weir.EndToEnd.Tests;

/// <summary>Node.js with several workers on one port, of which now and then one is killed, as for want of memory, and replaced at once.</summary>
internal sealed class CrashService(string name, int seed) : FaultyService(name)
{
    private const int Workers = 3;

    private FaultyNode? _node;

    public override IReadOnlyList<string> Targets => [_node!.Key];

    public override async Task Start()
    {
        _node = Own(await FaultyNode.StartAsync(("workers", Workers)));
        await Deadline.Until(() => _node.Workers.Length == Workers, "the workers serve");
    }

    public override async Task Run(FaultStage stage)
    {
        var clients = new FaultClients(Port, seed);
        await Task.WhenAll(
            clients.AskOrdinarily(5, stage), clients.AskOrdinarily(4, stage, ["/report", "/items/1", "/report?year=2026"]), Kill(clients, stage));
        await clients.Finish();
    }

    private async Task Kill(FaultClients clients, FaultStage stage)
    {
        var alive = _node!.Workers.ToList();
        while (await stage.Pause(clients.Between(1.5, 4)))
        {
            int known = _node.Workers.Length;
            int worker = clients.OneOf(alive);
            DateTimeOffset from = DateTimeOffset.UtcNow;
            Signals.Send(worker, Signals.SIGKILL);
            Inject(InjectedFault.Event("target_crash", _node.Key, from));
            alive.Remove(worker);
            await Deadline.Until(() => _node.Workers.Length > known, "the worker is replaced");
            alive.Add(_node.Workers[^1]);
        }
    }
}
