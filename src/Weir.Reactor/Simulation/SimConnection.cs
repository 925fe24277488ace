using System.Net;

namespace Weir.Reactor;

/// <summary>The program's face of a simulated socket. Owned by its stream, as every connection.</summary>
internal sealed class SimConnection : SocketConnection, ISimSource
{
    private readonly SimLoop _loop;

    /// <summary>A connection that a listener accepted.</summary>
    public SimConnection(SimLoop loop, SimSocket acceptor)
        : base(loop, acceptor.Wire.ConnectorEndPoint)
    {
        _loop = loop;
        Socket = acceptor;
        LocalEndPoint = acceptor.Wire.AcceptorEndPoint;
        Register();
    }

    /// <summary>A connect under way: <paramref name="connectError"/> is 0 (nothing fails at once here).</summary>
    public SimConnection(SimLoop loop, SimSocket connector, int connectError)
        : base(loop, connector.Wire.AcceptorEndPoint, connectError)
    {
        _loop = loop;
        Socket = connector;
        LocalEndPoint = connector.Wire.ConnectorEndPoint;
        Register();
    }

    public SimSocket Socket { get; }

    public override IPEndPoint LocalEndPoint { get; }

    public bool IsQueued { get; set; }

    /// <summary>Its place in its loop's list of connections.</summary>
    public int Index { get; set; }

    public void Apply()
    {
        if (!IsClosed)
        {
            Apply(Socket.EventBits());
        }
    }

    public override long BytesAcknowledged() => IsClosed ? -1 : Socket.BytesAcknowledged;

    public override long RoundTripMicros() => IsClosed ? -1 : Socket.RoundTripMicros;

    protected override int SocketReceive(Span<byte> destination) => Socket.Receive(destination);

    protected override int SocketSend(ReadOnlySpan<byte> source) => Socket.Send(source);

    protected override void SocketShutdownSend() => Socket.ShutdownSend();

    protected override int TakeSocketError() => Socket.TakeError();

    protected override void SocketClose(bool reset)
    {
        _loop.Remove(this);
        Socket.Close(reset);
    }

    private void Register()
    {
        Socket.Connection = this;
        _loop.Add(this);
        // What is registered with epoll is reported at once with the state it has.
        _loop.Queue(this);
    }
}
