using System.Net;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>A connection whose peer has reset it, which is found out only by using it.</summary>
internal sealed class DeadConnection(Loop loop) : Connection(loop)
{
    public override IPEndPoint LocalEndPoint => new(IPAddress.Loopback, 1);

    public override IPEndPoint RemoteEndPoint => new(IPAddress.Loopback, 2);

    public override int Receive(Span<byte> destination) => Ended;

    public override int Send(ReadOnlySpan<byte> source)
    {
        CanReceive = true;
        return SendFailed;
    }

    public override void ShutdownSend()
    {
    }

    public override ConnectOutcome FinishConnect() => ConnectOutcome.Connected;

    public override long BytesAcknowledged() => 0;

    public override long RoundTripMicros() => -1;

    protected override void Release(bool reset)
    {
    }
}
