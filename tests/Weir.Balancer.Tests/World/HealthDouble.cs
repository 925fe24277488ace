using System.Net;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>Answers a target's health checks on a port of their own, and keeps what was asked.</summary>
internal sealed class HealthDouble : IAcceptTarget
{
    private readonly BalancerWorld _world;
    private readonly SimLoop _loop;

    public HealthDouble(BalancerWorld world, SimLoop loop, IPEndPoint endpoint)
    {
        _world = world;
        _loop = loop;
        loop.Listen(endpoint, this);
    }

    /// <summary>The whole answer; null: silence.</summary>
    public string? Answer { get; set; } = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    public List<Peer> Checks { get; } = [];

    /// <summary>The answer of a status code.</summary>
    public void AnswerCode(int code) => Answer = $"HTTP/1.1 {code} Code\r\nContent-Length: 0\r\n\r\n";

    public void OnAccepted(Connection connection)
    {
        var peer = new Peer(_world, _loop, connection);
        Checks.Add(peer);
        if (Answer is { } answer)
        {
            peer.Script = _ => answer;
        }
    }

    public void OnAcceptPaused(int error) => Assert.Fail($"accepting paused: {error}");
}
