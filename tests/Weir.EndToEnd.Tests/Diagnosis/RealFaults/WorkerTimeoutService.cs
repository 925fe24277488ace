using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>gunicorn, whose workers are killed when a request has kept them for too long; some requests are stuck.</summary>
internal sealed class WorkerTimeoutService(string name, int timeoutSeconds, int seed) : FaultyService(name)
{
    private readonly int _port = ReservedPort.Next();

    public override IReadOnlyList<string> Targets => [Loopback(_port)];

    public override async Task Start()
    {
        Own(await ServerProcess.StartAsync(
            "Booting worker", "gunicorn", "--bind", Targets[0], "--workers", "5", "--timeout", timeoutSeconds.ToString(CultureInfo.InvariantCulture),
            "--chdir", Tree.PathOf("tests/fixtures/faults"), "app:app"));
        Inject(InjectedFault.OfPage("target_timeout", Targets[0], "/stuck"));
    }

    public override async Task Run(FaultStage stage)
    {
        var clients = new FaultClients(Port, seed);
        await Task.WhenAll(clients.AskOrdinarily(4, stage), GetStuck(clients, stage));
        await clients.Finish();
    }

    private static async Task GetStuck(FaultClients clients, FaultStage stage)
    {
        while (await stage.Pause(clients.Between(1.5, 3)))
        {
            clients.Begin("/stuck");
        }
    }
}
