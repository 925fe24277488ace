using System.Net;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>A target of one address: it collects the balancer's connections for the test, and answers health checks.</summary>
internal sealed class TargetDouble : IAcceptTarget
{
    private readonly BalancerWorld _world;
    private readonly Queue<Peer> _waiting = new();
    private Listener? _listener;

    public TargetDouble(BalancerWorld world, IPAddress address)
    {
        _world = world;
        Loop = world.Network.CreateLoop($"target {address}", address);
        Health = new HealthDouble(world, Loop, new IPEndPoint(address, BalancerWorld.HealthPort));
        Open();
    }

    public SimLoop Loop { get; }

    public IPAddress Address => Loop.Address;

    public HealthDouble Health { get; }

    /// <summary>Connections accepted so far.</summary>
    public int Accepted { get; private set; }

    /// <summary>When set, every connection's requests are answered by it: a request's text in, the response's bytes out.</summary>
    public Func<string, string>? Script { get; set; }

    public void Open() => _listener = Loop.Listen(new IPEndPoint(Address, BalancerWorld.TargetPort), this).Listener;

    /// <summary>From now on connections are refused.</summary>
    public void Close()
    {
        _listener?.Close();
        _listener = null;
    }

    /// <summary>The next connection from the balancer.</summary>
    public Peer Accept()
    {
        _world.Until(() => _waiting.Count > 0, $"a connection to {Address}");
        return _waiting.Dequeue();
    }

    /// <summary>The next connection from the balancer, which speaks HTTP/2.</summary>
    public Http2Peer AcceptHttp2(bool greets = true) => Http2Peer.OfTarget(_world, Accept(), greets);

    public bool HasWaiting => _waiting.Count > 0;

    public void OnAccepted(Connection connection)
    {
        Accepted++;
        var peer = new Peer(_world, Loop, connection) { Script = Script };
        if (Script is null)
        {
            _waiting.Enqueue(peer);
        }
    }

    public void OnAcceptPaused(int error) => Assert.Fail($"accepting paused: {error}");
}
