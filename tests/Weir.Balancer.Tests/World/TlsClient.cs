using System.Net;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>A client that connects to the world's HTTPS listener, agrees on TLS or not, and then says what a test says.</summary>
internal sealed class TlsClient
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    private readonly BalancerWorld _world;
    private readonly Connection _connection;
    private readonly TlsContext _context;
    private readonly string? _serverName;
    private TlsConnection? _tls;
    private Peer? _peer;

    public TlsClient(BalancerWorld world, TlsContext context, string? serverName = null, IPEndPoint? endpoint = null)
    {
        _world = world;
        _context = context;
        _serverName = serverName;
        _connection = world.ClientLoop.Connect(endpoint ?? new(world.Options.ListenAddress, world.Options.ListenPort))!;
        world.ClientLoop.Post(() => Loop.Start(Run()));
    }

    /// <summary>Null as long as it is not over.</summary>
    public TlsHandshakeOutcome? Outcome { get; private set; }

    public TlsConnection Tls => _tls!;

    /// <summary>How the connection below ended.</summary>
    public ConnectionEnd EndBelow => _connection.End;

    /// <summary>What is said inside; the handshake must be done.</summary>
    public Peer Inside
    {
        get
        {
            Handshake();
            Assert.Equal(new TlsHandshakeOutcome(TlsHandshakeResult.Done, ""), Outcome);
            return _peer ??= new Peer(_world, _world.ClientLoop, _tls!);
        }
    }

    /// <summary>Waits until the handshake is over.</summary>
    public TlsHandshakeOutcome Handshake()
    {
        _world.Until(() => Outcome is not null, "the end of the handshake", _limit);
        return Outcome!.Value;
    }

    private async LoopTask Run()
    {
        await _connection.WhenWritable();
        Assert.Equal(ConnectOutcome.Connected, _connection.FinishConnect());
        _tls = new TlsConnection(_connection, _context);
        if (_serverName is not null)
        {
            _tls.AskFor(_serverName);
        }

        Outcome = await _tls.Handshake(_limit);
    }
}
