using System.Collections.Concurrent;
using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// One service behind the balancer: its targets, those who use it, and the faults that it suffers. It has a listener and a target
/// group of its own. Owned by a run, which starts it, lets it run for a while, and disposes it.
/// </summary>
/// <param name="name">Of its target group.</param>
internal abstract class FaultyService(string name) : IDisposable
{
    private readonly ConcurrentQueue<InjectedFault> _faults = [];
    private readonly ConcurrentStack<IDisposable> _owned = [];

    public string Name => name;

    /// <summary>Where its listener is.</summary>
    public int Port { get; } = ReservedPort.Next();

    /// <summary>Where its targets are now: `127.0.0.1:port`.</summary>
    public abstract IReadOnlyList<string> Targets { get; }

    /// <summary>Its targets pass health checks.</summary>
    public virtual bool IsHealthy => true;

    public IReadOnlyCollection<InjectedFault> Faults => _faults;

    /// <summary>The balancer drops what a target that has left still has in hand, after so long.</summary>
    public virtual int DeregistrationDelaySeconds => 300;

    public virtual Task Start() => Task.CompletedTask;

    /// <summary>Lets its clients ask and its faults happen until the stage is over; whatever was asked has had its answer then.</summary>
    public abstract Task Run(FaultStage stage);

    public void Dispose()
    {
        while (_owned.TryPop(out IDisposable? owned))
        {
            owned.Dispose();
        }
    }

    /// <summary>Disposed with the service, the last first.</summary>
    protected T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }

    protected void Inject(InjectedFault fault) => _faults.Enqueue(fault);

    protected static string Loopback(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
