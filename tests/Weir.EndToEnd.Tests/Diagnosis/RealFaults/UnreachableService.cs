using System.Net;
using System.Net.Sockets;

namespace Weir.EndToEnd.Tests;

/// <summary>A service whose target cannot be connected to: nothing listens there, nobody accepts, or there is none.</summary>
internal sealed class UnreachableService(string name, UnreachableTarget target, int seed) : FaultyService(name)
{
    private readonly int _refusing = ReservedPort.Next();
    private Socket? _full;

    public override IReadOnlyList<string> Targets => target switch
    {
        UnreachableTarget.Refusing => [Loopback(_refusing)],
        UnreachableTarget.NeverAccepting => [Loopback(((IPEndPoint)_full!.LocalEndPoint!).Port)],
        _ => [],
    };

    public override bool IsHealthy => false;

    public override async Task Start()
    {
        if (target == UnreachableTarget.NeverAccepting)
        {
            // A full queue: Linux then drops what would open another connection.
            _full = Own(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            _full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _full.Listen(0);
            Socket first = Own(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await first.ConnectAsync(_full.LocalEndPoint!, Deadline.Token());
        }
        else if (target == UnreachableTarget.Refusing)
        {
            Inject(new InjectedFault("connect_refused", Targets[0], static line => line.Text("reason") == "connect_refused"));
        }
    }

    public override async Task Run(FaultStage stage)
    {
        var clients = new FaultClients(Port, seed);
        await clients.AskOrdinarily(0.5, stage);
        await clients.Finish();
    }
}
