using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Weir.Diagnosis;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// Node.js behind a network with latency, and a keep-alive time that is shorter than the balancer's idle timeout. Some of those who use
/// it come back just when it is over: people who are few, or, of a busy service, pages that ask for two things at once,
/// so that one of two connections lies idle in between while the other is busy.
/// </summary>
internal sealed class IdleRaceService(string name, int keepAliveMs, bool isBusy, int seed) : FaultyService(name)
{
    private static readonly TimeSpan _latency = TimeSpan.FromMilliseconds(20);

    // The balancer counts whole milliseconds, and what was measured once may be a little less another time.
    private static readonly TimeSpan _slack = TimeSpan.FromMilliseconds(30);

    private FaultyNode? _node;
    private DelayRelay? _relay;
    private TimeSpan _close;

    public override IReadOnlyList<string> Targets => [Loopback(_relay!.EndPoint.Port)];

    public override async Task Start()
    {
        _node = Own(await FaultyNode.StartAsync(("keepAliveMs", keepAliveMs)));
        _relay = Own(new DelayRelay(_node.EndPoint, _latency));
        _close = await MeasureClose(_node.EndPoint);
        double from = (_close - (2 * _latency) - _slack).TotalMilliseconds;
        Inject(new InjectedFault("keepalive_race", Targets[0], line =>
            line.Text("reason") == "target_closed" && line.Number("idle_ms") >= from));
    }

    public override async Task Run(FaultStage stage)
    {
        var clients = new FaultClients(Port, seed);
        await (isBusy
            ? Task.WhenAll(AskOnAndOn(clients, stage), AskInPairs(clients, stage))
            : AskNowAndThen(clients, stage));
        await clients.Finish();
    }

    private async Task AskNowAndThen(FaultClients clients, FaultStage stage)
    {
        do
        {
            await clients.Ask(clients.AnyPage);
        }
        while (await stage.Pause(clients.Chance < 0.75 ? AroundClose(clients) : clients.Between(0.05, 2.5 * _close.TotalSeconds)));
    }

    private async Task AskInPairs(FaultClients clients, FaultStage stage)
    {
        do
        {
            await Task.WhenAll(clients.Ask(clients.AnyPage), clients.Ask(clients.AnyPage));
        }
        while (await stage.Pause(clients.Chance < 0.85 ? AroundClose(clients) : clients.Between(0.2, 1.5 * _close.TotalSeconds)));
    }

    private static async Task AskOnAndOn(FaultClients clients, FaultStage stage)
    {
        do
        {
            await clients.Ask(clients.AnyPage);
        }
        while (await stage.Pause(clients.Exponential(0.25)));
    }

    // As long as the way there and back takes before it closes, a request sent meets the close.
    private TimeSpan AroundClose(FaultClients clients) => _close - (2 * _latency) + clients.Between(-0.015, 0.03);

    private static async Task<TimeSpan> MeasureClose(IPEndPoint server)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, Deadline.Token());
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: e2e.test\r\n\r\n"u8.ToArray());
        byte[] buffer = new byte[4096];
        Assert.True(await socket.ReceiveAsync(buffer, Deadline.Token()) > 0, "the target answers");
        var idle = Stopwatch.StartNew();
        while (await socket.ReceiveAsync(buffer, Deadline.Token()) > 0)
        {
            idle.Restart();
        }

        return idle.Elapsed;
    }
}
