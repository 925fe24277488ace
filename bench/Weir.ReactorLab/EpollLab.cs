using System.Diagnostics;
using System.Net;
using Weir.Reactor;

namespace Weir.ReactorLab;

/// <summary>The laboratory on the kernel's network: the proxy's loop on one thread, clients and origin on another.</summary>
internal sealed class EpollLab(int connections, int seconds) : IDisposable
{
    private const int WarmUpMs = 1_500;
    private const int PatienceMs = 10_000;

    private readonly Tally _proxyTally = new();
    private readonly Tally _edgeTally = new();
    private readonly EpollLoop _proxyLoop = new();
    private readonly EpollLoop _edgeLoop = new();

    public int Run()
    {
        var anyPort = new IPEndPoint(IPAddress.Loopback, 0);
        IPEndPoint origin = _edgeLoop.Listen(anyPort, new ToyOrigin(_edgeLoop, _edgeTally)).Listener!.LocalEndPoint;
        IPEndPoint proxy = _proxyLoop.Listen(anyPort, new ToyProxy(_proxyLoop, origin, _proxyTally)).Listener!.LocalEndPoint;
        Thread proxyThread = Start(_proxyLoop, _proxyTally);
        Thread edgeThread = Start(_edgeLoop, _edgeTally);

        Measure("steady, both directions at once, every second answer early", new ToyClient(_edgeLoop, proxy, _edgeTally, 1));
        Measure("aborts, 1 in 50", new ToyClient(_edgeLoop, proxy, _edgeTally, 1_000_000) { AbortEvery = 50 });
        MeasureDemultiplexer(origin);

        // Drain: the proxy's and the origin's coroutines see their peers go and end by themselves.
        bool drained = SpinWait.SpinUntil(() => _proxyLoop.Buffers.Rented + _edgeLoop.Buffers.Rented == 0, PatienceMs);
        Console.WriteLine($"wrong owner: {_edgeTally.WrongOwner}; stale events: {_proxyLoop.StaleEvents + _edgeLoop.StaleEvents}; "
            + $"aborts: {_edgeTally.Aborts}; early answers: {_proxyTally.EarlyAnswers}; deepest stack: {_proxyTally.DeepestStackBytes:N0} B");
#if DEBUG || LOOP_CHECKS
        Console.WriteLine($"resumes off the loop's thread: {LoopChecks.OffThreadResumes}");
#endif
        _proxyLoop.Stop();
        _edgeLoop.Stop();
        proxyThread.Join();
        edgeThread.Join();
        Console.WriteLine($"drained: {drained}; buffers still rented: {_proxyLoop.Buffers.Rented + _edgeLoop.Buffers.Rented}");
        return _edgeTally.WrongOwner == 0 && drained ? 0 : 1;
    }

    public void Dispose()
    {
        _proxyLoop.Dispose();
        _edgeLoop.Dispose();
    }

    private static Thread Start(EpollLoop loop, Tally tally)
    {
        loop.UnhandledException = static exception => Console.Error.WriteLine(exception);
        var thread = new Thread(() =>
        {
            tally.NoteTop();
            loop.Run();
        });
        thread.Start();
        return thread;
    }

    private void Measure(string name, ToyClient client)
    {
        _edgeLoop.Post(() => client.Start(connections));
        Thread.Sleep(WarmUpMs);
        (long Allocated, long Exchanges) before = OnLoop(_proxyLoop, Snapshot);
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        Thread.Sleep(seconds * 1000);
        (long Allocated, long Exchanges) after = OnLoop(_proxyLoop, Snapshot);
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        // Ended by a timer of the loop, so that the deadline path is part of the run; the rest drains by itself.
        _edgeLoop.Post(() => client.StopAt(_edgeLoop.NowMs + 10));
        SpinWait.SpinUntil(() => client.Running == 0, PatienceMs);
        long exchanges = after.Exchanges - before.Exchanges;
        Console.WriteLine($"{name}: {connections} connections, {exchanges / seconds:N0}/s, "
            + $"{(double)(after.Allocated - before.Allocated) / exchanges:F4} B allocated each on the proxy's loop, "
            + $"{cpu.TotalMicroseconds / exchanges:F2} µs CPU (client, proxy and origin together), running {client.Running}");
    }

    private void MeasureDemultiplexer(IPEndPoint origin)
    {
        var demultiplexer = new ToyDemultiplexer(_edgeLoop, origin, _edgeTally);
        _edgeLoop.Post(() => Loop.Start(demultiplexer.Run()));
        Thread.Sleep(WarmUpMs);
        (long Allocated, long Exchanges) before = OnLoop(_edgeLoop, EdgeSnapshot);
        Thread.Sleep(seconds * 1000);
        (long Allocated, long Exchanges) after = OnLoop(_edgeLoop, EdgeSnapshot);
        long streams = after.Exchanges - before.Exchanges;
        Console.WriteLine($"demultiplexer, 128 streams on one connection: {streams / seconds:N0}/s, "
            + $"{(double)(after.Allocated - before.Allocated) / streams:F4} B allocated each");
        _edgeLoop.Post(demultiplexer.StopSoon);
        SpinWait.SpinUntil(() => demultiplexer.Running == 0, PatienceMs);
    }

    private (long Allocated, long Exchanges) Snapshot() => (GC.GetAllocatedBytesForCurrentThread(), _proxyTally.Exchanges);

    private (long Allocated, long Exchanges) EdgeSnapshot() => (GC.GetAllocatedBytesForCurrentThread(), _edgeTally.Exchanges);

    private static T OnLoop<T>(EpollLoop loop, Func<T> work)
    {
        using var done = new ManualResetEventSlim();
        T result = default!;
        loop.Post(() =>
        {
            result = work();
            done.Set();
        });
        done.Wait();
        return result;
    }
}
