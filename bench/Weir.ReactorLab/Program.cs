using System.Diagnostics;
using System.Net;
using Weir.Reactor;
using Weir.ReactorLab;

// What the design's riskiest part was decided on: coroutines on the loop, decomposed, at 1,024 connections.
// docs/adr/0001-coroutines-on-the-loop.md has the figures.
int connections = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 1024;
int seconds = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 5;

var proxyTally = new Tally();
var edgeTally = new Tally();
using var proxyLoop = new EpollLoop();
using var edgeLoop = new EpollLoop();
long allocatedBefore = 0, allocated = 0;
long exchangesBefore = 0, exchanges = 0;
TimeSpan cpuBefore = default;

var proxyThread = new Thread(() =>
{
    proxyTally.NoteTop();
    proxyLoop.Run();
});
var edgeThread = new Thread(() =>
{
    edgeTally.NoteTop();
    edgeLoop.Run();
});

var anyPort = new IPEndPoint(IPAddress.Loopback, 0);
IPEndPoint origin = edgeLoop.Listen(anyPort, new ToyOrigin(edgeLoop, edgeTally)).Listener!.LocalEndPoint;
IPEndPoint proxy = proxyLoop.Listen(anyPort, new ToyProxy(proxyLoop, origin, proxyTally)).Listener!.LocalEndPoint;
foreach (EpollLoop loop in new[] { proxyLoop, edgeLoop })
{
    loop.UnhandledException = e => Console.Error.WriteLine(e);
}

proxyThread.Start();
edgeThread.Start();

Measure("steady, both directions at once, every second answer early", new ToyClient(edgeLoop, proxy, edgeTally, 1), seconds);
Measure("aborts, 1 in 50", new ToyClient(edgeLoop, proxy, edgeTally, 1_000_000) { AbortEvery = 50 }, seconds);

var demultiplexer = new ToyDemultiplexer(edgeLoop, origin, edgeTally);
edgeLoop.Post(() => Loop.Start(demultiplexer.Run()));
Thread.Sleep(1000);
long before = edgeTally.Exchanges;
long edgeAllocated = OnLoop(edgeLoop, GC.GetAllocatedBytesForCurrentThread);
Thread.Sleep(seconds * 1000);
edgeAllocated = OnLoop(edgeLoop, GC.GetAllocatedBytesForCurrentThread) - edgeAllocated;
long streams = edgeTally.Exchanges - before;
Console.WriteLine($"demultiplexer, 128 streams on one connection: {streams / seconds:N0}/s, {(double)edgeAllocated / streams:F4} B allocated each");
edgeLoop.Post(demultiplexer.StopSoon);
SpinWait.SpinUntil(() => demultiplexer.Running == 0, 10_000);

// Drain: the proxy's and the origin's coroutines see their peers go and end by themselves.
bool drained = SpinWait.SpinUntil(() => proxyLoop.Buffers.Rented + edgeLoop.Buffers.Rented == 0, 10_000);
Console.WriteLine($"wrong owner: {edgeTally.WrongOwner}; stale events: {proxyLoop.StaleEvents + edgeLoop.StaleEvents}; "
    + $"aborts: {edgeTally.Aborts}; early answers: {proxyTally.EarlyAnswers}; deepest stack: {proxyTally.DeepestStackBytes:N0} B");
#if DEBUG || LOOP_CHECKS
Console.WriteLine($"resumes off the loop's thread: {LoopChecks.OffThreadResumes}");
#endif
proxyLoop.Stop();
edgeLoop.Stop();
proxyThread.Join();
edgeThread.Join();
Console.WriteLine($"drained: {drained}; buffers still rented: {proxyLoop.Buffers.Rented + edgeLoop.Buffers.Rented}");
return edgeTally.WrongOwner == 0 && drained ? 0 : 1;

void Measure(string name, ToyClient client, int forSeconds)
{
    edgeLoop.Post(() => client.Start(connections));
    Thread.Sleep(1500);
    OnLoop(proxyLoop, () =>
    {
        allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        exchangesBefore = proxyTally.Exchanges;
        return 0L;
    });
    cpuBefore = Process.GetCurrentProcess().TotalProcessorTime;
    Thread.Sleep(forSeconds * 1000);
    OnLoop(proxyLoop, () =>
    {
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        exchanges = proxyTally.Exchanges - exchangesBefore;
        return 0L;
    });
    TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime - cpuBefore;
    // Ended by a timer of the loop, so that the deadline path is part of the run; the rest drains by itself.
    edgeLoop.Post(() => client.StopAt(edgeLoop.NowMs + 10));
    SpinWait.SpinUntil(() => client.Running == 0, 10_000);
    Console.WriteLine($"{name}: {connections} connections, {exchanges / forSeconds:N0}/s, "
        + $"{(double)allocated / exchanges:F4} B allocated each on the proxy's loop, "
        + $"{cpu.TotalMicroseconds / exchanges:F2} µs CPU (client, proxy and origin together), running {client.Running}");
}

static long OnLoop(EpollLoop loop, Func<long> work)
{
    using var done = new ManualResetEventSlim();
    long result = 0;
    loop.Post(() =>
    {
        result = work();
        done.Set();
    });
    done.Wait();
    return result;
}
