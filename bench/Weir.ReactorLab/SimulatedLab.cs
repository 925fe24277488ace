using System.Diagnostics;
using System.Net;
using Weir.Reactor;

namespace Weir.ReactorLab;

/// <summary>
/// The laboratory on the simulated network: the same coroutines, with clients, proxy and origin on one thread in virtual
/// time. What is measured holds the simulator's own work as well.
/// </summary>
internal sealed class SimulatedLab(int connections)
{
    private const ulong Seed = 1;
    private const long WarmUpExchanges = 50_000;
    private const long MeasuredExchanges = 300_000;
    private static readonly TimeSpan _limit = TimeSpan.FromHours(1);

    private readonly Tally _proxyTally = new();
    private readonly Tally _edgeTally = new();
    private readonly SimNetwork _network = new(Seed);

    public int Run()
    {
        _proxyTally.NoteTop();
        _edgeTally.NoteTop();
        SimLoop proxyLoop = _network.CreateLoop("proxy");
        SimLoop edgeLoop = _network.CreateLoop("edge");
        var origin = new IPEndPoint(edgeLoop.Address, 9000);
        var proxy = new IPEndPoint(proxyLoop.Address, 8000);
        edgeLoop.Listen(origin, new ToyOrigin(edgeLoop, _edgeTally));
        proxyLoop.Listen(proxy, new ToyProxy(proxyLoop, origin, _proxyTally));

        MeasureClients("steady, both directions at once, every second answer early", edgeLoop, new ToyClient(edgeLoop, proxy, _edgeTally, 1));
        MeasureClients("aborts, 1 in 50", edgeLoop, new ToyClient(edgeLoop, proxy, _edgeTally, 1_000_000) { AbortEvery = 50 });
        MeasureDemultiplexer(edgeLoop, origin);

        bool drained = _network.RunUntilIdle(_limit);
        int rented = proxyLoop.Buffers.Rented + edgeLoop.Buffers.Rented;
        int open = proxyLoop.OpenConnections + edgeLoop.OpenConnections;
        Console.WriteLine($"wrong owner: {_edgeTally.WrongOwner}; aborts: {_edgeTally.Aborts}; "
            + $"early answers: {_proxyTally.EarlyAnswers}; deepest stack: {_proxyTally.DeepestStackBytes:N0} B, the simulator's own included");
        Console.WriteLine($"drained: {drained}; buffers still rented: {rented}; connections open: {open}; trace {_network.TraceHash:x16}");
        return _edgeTally.WrongOwner == 0 && drained && rented == 0 && open == 0 ? 0 : 1;
    }

    private void MeasureClients(string name, SimLoop edgeLoop, ToyClient client)
    {
        edgeLoop.Post(() => client.Start(connections));
        Measure($"{name}, {connections} connections", _proxyTally);
        edgeLoop.Post(() => client.StopAt(edgeLoop.NowMs + 10));
        _network.RunUntil(() => client.Running == 0, _limit);
    }

    private void MeasureDemultiplexer(SimLoop edgeLoop, IPEndPoint origin)
    {
        var demultiplexer = new ToyDemultiplexer(edgeLoop, origin, _edgeTally);
        edgeLoop.Post(() => Loop.Start(demultiplexer.Run()));
        Measure("demultiplexer, 128 streams on one connection", _edgeTally);
        edgeLoop.Post(demultiplexer.StopSoon);
        _network.RunUntil(() => demultiplexer.Running == 0, _limit);
    }

    private void Measure(string name, Tally tally)
    {
        RunExchanges(tally, WarmUpExchanges);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan virtualTime = _network.Elapsed;
        var watch = Stopwatch.StartNew();
        long exchanges = RunExchanges(tally, MeasuredExchanges);
        double seconds = watch.Elapsed.TotalSeconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Console.WriteLine($"{name}: {exchanges / seconds:N0}/s, {(double)allocated / exchanges:F4} B allocated each in the whole world, "
            + $"{(_network.Elapsed - virtualTime).TotalSeconds:F2} s of virtual time");
    }

    private long RunExchanges(Tally tally, long count)
    {
        long before = tally.Exchanges;
        _network.RunUntil(() => tally.Exchanges - before >= count, _limit);
        return tally.Exchanges - before;
    }
}
