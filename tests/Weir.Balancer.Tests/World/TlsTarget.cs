using System.Net;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>A target of TLS in the place of another one, which says nothing but what its handshake does, unless it has a script.</summary>
internal sealed class TlsTarget : IAcceptTarget
{
    private readonly BalancerWorld _world;
    private readonly Loop _loop;
    private readonly TlsContext _context;
    private Connection? _held;

    public TlsTarget(BalancerWorld world, TlsContext context)
    {
        _world = world;
        _context = context;
        _loop = world.Target.Loop;
        world.Target.Close();
        Assert.NotNull(world.Target.Loop.Listen(new IPEndPoint(world.Target.Address, BalancerWorld.TargetPort), this).Listener);
    }

    /// <summary>Answers every request.</summary>
    public Func<string, string>? Script { get; set; }

    /// <summary>Cuts so many of the next connections at the first bytes of their handshake.</summary>
    public int ToCut { get; set; }

    /// <summary>Says nothing on so many of the next connections.</summary>
    public int ToIgnore { get; set; }

    /// <summary>Keeps so many of the next connections until <see cref="CutHeld"/>.</summary>
    public int ToHold { get; set; }

    /// <summary>What became of the last handshake; null as long as there was none.</summary>
    public TlsHandshakeOutcome? Outcome { get; private set; }

    /// <summary>What was agreed on then.</summary>
    public string Protocol { get; private set; } = "";

    /// <summary>What is said inside of each, in their order.</summary>
    public List<Peer> Inside { get; } = [];

    /// <summary>For each connection that was made, in their order, whether it took up a session.</summary>
    public List<bool> Resumed { get; } = [];

    public void CutHeld() => _held?.Abort();

    public void OnAccepted(Connection connection) => Loop.Start(Shake(connection));

    public void OnAcceptPaused(int error) => Assert.Fail($"accepting paused: {error}");

    private async LoopTask Shake(Connection connection)
    {
        if (ToIgnore > 0)
        {
            ToIgnore--;
            return;
        }

        if (ToHold > 0)
        {
            ToHold--;
            _held = connection;
            return;
        }

        if (ToCut > 0)
        {
            ToCut--;
            await connection.WhenReadable();
            connection.Abort();
            return;
        }

        var tls = new TlsConnection(connection, _context);
        Outcome = await tls.Handshake(TimeSpan.FromSeconds(5));
        Protocol = tls.Agreement.ApplicationProtocol;
        Resumed.Add(tls.Agreement.IsResumed);
        if (Outcome.Value.Result == TlsHandshakeResult.Done)
        {
            Inside.Add(new Peer(_world, _loop, tls) { Script = Script });
        }
    }
}
