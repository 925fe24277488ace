using System.Runtime.Versioning;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// A client's connection from its accept to the end of its handshake, when it becomes a client over TLS, or is closed. One that
/// speaks plain HTTP becomes a client too, which is told so.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class TlsHandshake(BalancerLoop owner, TlsHandshakes all, LoopListener listener, Connection connection) : ITimerTarget
{
    // What a connection is given when the balancer stops; as for one without a request yet.
    private const int GraceMs = 1_000;

    // The first message of a client fits, and is read with one receive.
    private const int FirstBytes = 16 * 1024;

    private const int MaxUnreadBytes = 256 * 1024;

    private readonly ListenerView _view = listener.View;
    private readonly long _acceptedMs = owner.Loop.NowMs;
    private readonly long _acceptedMicros = owner.Loop.NowMicros;
    private LoopTimer? _limit;
    private TlsConnection? _tls;

    public LoopListener Listener => listener;

    /// <summary>Among those in progress.</summary>
    public LinkedListNode<TlsHandshake>? Place { get; set; }

    public async LoopTask Run()
    {
        // The connection closes unless somebody takes it over.
        IClientConnection? client = null;
        try
        {
            _limit = new LoopTimer(owner.Loop, this);
            _limit.Set(owner.Loop.NowMs + (long)TlsHandshakes.Limit.TotalMilliseconds);
            client = await Meet();
            if (client is not null)
            {
                owner.Add(client);
            }
        }
        finally
        {
            _limit!.Clear();
            all.Remove(this);
            if (client is null)
            {
                Cut();
            }
        }

        if (client is not null)
        {
            await client.Serve();
        }
    }

    public void Hurry() => _limit?.Set(Math.Min(_limit.IsSet ? _limit.DueMs : long.MaxValue, owner.Loop.NowMs + GraceMs));

    public void Cut()
    {
        if (_tls is not null)
        {
            _tls.Close();
        }
        else
        {
            connection.Close();
        }
    }

    public void OnTimer(LoopTimer timer) => Cut();

    private async LoopTask<IClientConnection?> Meet()
    {
        int received;
        do
        {
            await connection.WhenReadable();
            received = connection.IsClosed ? Connection.Ended : connection.Receive(owner.Scratch.AsSpan(0, FirstBytes));
        }
        while (received == Connection.WouldBlock);

        if (received == Connection.Ended)
        {
            // Nothing was said: no handshake, and no failure of one to be counted.
            LogFailed();
            return null;
        }

        if (!IsTls(owner.Scratch[0]))
        {
            var misled = Http1Client.OfPlain(owner, listener, connection, owner.Scratch.AsSpan(0, received));
            ConnectionLog.Plain(owner, _view, misled.Peer);
            return misled;
        }

        _tls = new TlsConnection(connection, _view.Tls!.Context, owner.Scratch.AsSpan(0, received));
        TlsHandshakeOutcome outcome = await _tls.Handshake(TlsHandshakes.Limit, all.Budget);
        if (outcome.Result != TlsHandshakeResult.Done)
        {
            owner.Counters.Add(Counter.ClientTlsErrors);
            LogFailed();
            TakeUnread();
            return null;
        }

        owner.Counters.Add(_tls.Agreement.IsResumed ? Counter.ClientTlsResumed : Counter.ClientTlsHandshakes);
        ClientTls agreed = _view.Tls.Describe(_tls);
        IClientConnection client = _tls.Agreement.ApplicationProtocol == ListenerTls.Http2
            ? new Http2Client(owner, listener, _tls, agreed, _acceptedMs)
            : Http1Client.OfTls(owner, listener, _tls, agreed, _acceptedMs);
        ConnectionLog.Agreed(owner, _view, client.Peer, agreed, owner.Loop.NowMicros - _acceptedMicros);
        return client;
    }

    // Under TLS 1.3 the first request may be there when a client's certificate is refused: left unread, it would make the close a reset,
    // which overtakes the alert that says why.
    private void TakeUnread()
    {
        long left = MaxUnreadBytes;
        while (left > 0 && connection is { IsClosed: false, CanReceiveNow: true } && connection.Receive(owner.Scratch) is var n and > 0)
        {
            left -= n;
        }
    }

    private void LogFailed()
    {
        if (_view.ConnectionLog is not null)
        {
            ReadOnlySpan<byte> status = _tls is null ? VerifyStatus.Unmapped : _view.Tls!.StatusOf(_tls);
            ClientTls? tls = _tls is { IsClosed: false } ? ListenerTls.DescribeFailed(_tls) : null;
            ConnectionLog.Failed(owner, _view, new PeerText(owner.Loop, connection.RemoteEndPoint), tls, status);
        }
    }

    // A record of a handshake, or the beginning of what SSL 2 called a record, which old scanners send.
    private static bool IsTls(byte first) => first == 0x16 || (first & 0x80) != 0;
}
