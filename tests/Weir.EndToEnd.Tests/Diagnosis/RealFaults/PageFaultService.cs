namespace Weir.EndToEnd.Tests;

/// <summary>
/// Node.js with pages that go wrong each in its own way: answers that are no HTTP, or cut, or too large, or never come. And it has
/// the clients that every public service has: impatient ones, ones that fall silent, ones that send nonsense.
/// </summary>
internal sealed class PageFaultService(string name, int seed) : FaultyService(name)
{
    private static readonly string[] _malformed = ["/legacy", "/feed", "/profile"];

    private static readonly string[] _badRequests =
    [
        "GET / HTTP/1.1\r\n\r\n",
        "NONSENSE\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: e2e.test\r\n\r\n",
        "GET / HTTP/3.0\r\nHost: e2e.test\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: e2e.test\r\nTransfer-Encoding: gzip\r\n\r\n",
        $"GET /{new string('a', 17_000)} HTTP/1.1\r\nHost: e2e.test\r\n\r\n",
        $"GET / HTTP/1.1\r\nHost: e2e.test\r\nX-Forwarded-For: {string.Join(", ", Enumerable.Repeat("192.0.2.1", 31))}\r\n\r\n",
    ];

    private FaultyNode? _node;

    public override IReadOnlyList<string> Targets => [_node!.Key];

    public override async Task Start()
    {
        _node = Own(await FaultyNode.StartAsync());
        foreach (string page in _malformed)
        {
            Inject(InjectedFault.OfPage("malformed_response", Targets[0], page));
        }
    }

    public override async Task Run(FaultStage stage)
    {
        var clients = new FaultClients(Port, seed);
        await Task.WhenAll(
            clients.AskOrdinarily(6, stage),
            clients.AskOrdinarily(0.7, stage, _malformed),
            clients.AskOrdinarily(0.5, stage, ["/stuck"]),
            Often(0.5, () => GiveUp(clients), clients, stage),
            Often(0.5, () => FallSilent(), clients, stage),
            Often(0.7, () => SendNonsense(clients), clients, stage));
        await clients.Finish();
    }

    private static async Task Often(double perSecond, Func<Task> ask, FaultClients clients, FaultStage stage)
    {
        while (await stage.Pause(clients.Exponential(1 / perSecond)))
        {
            clients.Begin(ask());
        }
    }

    private async Task GiveUp(FaultClients clients)
    {
        using RawClient client = await RawClient.ConnectAsync(Port);
        await client.Send(RawClient.Get("/export"));
        await Task.Delay(clients.Between(0.3, 4));
        client.Reset();
    }

    private async Task FallSilent()
    {
        using RawClient client = await RawClient.ConnectAsync(Port);
        await client.Send("POST /orders HTTP/1.1\r\nHost: e2e.test\r\nContent-Length: 1000\r\n\r\nhalf of it");
        await client.ReadToEnd(TimeSpan.FromSeconds(60));
    }

    private async Task SendNonsense(FaultClients clients)
    {
        using RawClient client = await RawClient.ConnectAsync(Port);
        await client.Send(clients.OneOf(_badRequests));
        client.EndSending();
        await client.ReadToEnd();
    }
}
