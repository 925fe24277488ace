using System.Runtime.Versioning;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// The clients of one loop that have connected to an HTTPS listener and not agreed on TLS yet. There is a bound on their number,
/// on their time and on their share of each turn; when there are too many, the oldest makes room, as the likeliest to be dead.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class TlsHandshakes(BalancerLoop owner)
{
    /// <summary>In progress on one loop, at most.</summary>
    public const int MaxInProgress = 4096;

    /// <summary>A client that has not agreed by then is gone. Ours: ALB's is not documented.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // Of a turn of the loop. A signature with RSA takes about half as long.
    private static readonly TimeSpan _perTurn = TimeSpan.FromMilliseconds(2);

    private readonly LinkedList<TlsHandshake> _inProgress = new();

    public HandshakeBudget Budget { get; } = new(owner.Loop, _perTurn);

    public void Begin(LoopListener listener, Connection connection)
    {
        if (_inProgress.Count == MaxInProgress)
        {
            owner.Counters.Add(Counter.ClientTlsHandshakesDropped);
            _inProgress.First!.Value.Cut();
        }

        var handshake = new TlsHandshake(owner, this, listener, connection);
        handshake.Place = _inProgress.AddLast(handshake);
        owner.CountClients(1);
        if (owner.IsDraining)
        {
            handshake.Hurry();
        }

        Loop.Start(handshake.Run());
    }

    public void Remove(TlsHandshake handshake)
    {
        _inProgress.Remove(handshake.Place!);
        owner.CountClients(-1);
    }

    /// <summary>The balancer stops, or a listener is gone: those that are nearly done may still become clients.</summary>
    public void Hurry(LoopListener? of = null) => ForEach(of, static handshake => handshake.Hurry());

    public void Cut() => ForEach(null, static handshake => handshake.Cut());

    private void ForEach(LoopListener? of, Action<TlsHandshake> action)
    {
        foreach (TlsHandshake handshake in _inProgress.ToArray())
        {
            if (of is null || handshake.Listener == of)
            {
                action(handshake);
            }
        }
    }
}
