using Weir.Admin;
using Weir.Balancer;
using Weir.Configuration;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Tests;

/// <summary>A balancer on one real loop, with listeners on ports that the system chooses.</summary>
internal sealed class RunningNode : IDisposable
{
    private readonly EpollLoop _loop = new();
    private readonly Thread _thread;

    public RunningNode(BalancerDefinition definition)
    {
        SnapshotCompilation compiled = SnapshotCompiler.Compile(definition);
        Assert.Empty(compiled.Errors);
        Node = new BalancerNode(new BalancerOptions());
        Node.AddLoop(_loop);
        _thread = new Thread(_loop.Run);
        _thread.Start();
        using var applied = new ManualResetEventSlim();
        BalancerTls? tls = compiled.Snapshot!.UsesTls ? new TlsTickets(TimeProvider.System).Load(compiled.Snapshot, out _, out _) : null;
        Node.Apply(compiled.Snapshot, tls, _ => applied.Set());
        applied.Wait();
        Status = new NodeStatus(Node, null, "off", null, "off", 1, TimeProvider.System);
    }

    public BalancerNode Node { get; }

    public NodeStatus Status { get; }

    /// <summary>One listener, and one target that refuses: it stays initial until a second health check, 30 seconds later.</summary>
    public static RunningNode WithOneTarget()
    {
        NodeSettings settings = FlagReader.Read(
            new ConfigurationFlags { Listen = ["0"], Target = ["http://127.0.0.1:1"] }, out _)!;
        return new RunningNode(settings.Source.Load().Definition!);
    }

    /// <summary>An HTTPS listener with these certificates, each file with its key.</summary>
    public static RunningNode OverTls(params string[] files)
    {
        NodeSettings settings = FlagReader.Read(
            new ConfigurationFlags { Listen = ["https://0"], Certificate = files, Target = ["http://127.0.0.1:1"] }, out _)!;
        return new RunningNode(settings.Source.Load().Definition!);
    }

    public void Dispose()
    {
        using var drained = new ManualResetEventSlim();
        Node.Drain(TimeSpan.Zero, drained.Set);
        drained.Wait();
        _loop.Stop();
        _thread.Join();
        _loop.Dispose();
    }
}
