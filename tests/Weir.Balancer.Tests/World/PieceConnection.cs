using System.Net;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>A connection without a network: it gives given pieces one receive at a time, and keeps what is sent.</summary>
internal sealed class PieceConnection(Loop loop, IEnumerable<byte[]> pieces) : Connection(loop)
{
    private readonly Queue<byte[]> _pieces = new(pieces);

    public List<byte> Sent { get; } = [];

    public bool HasPieces => _pieces.Count > 0;

    public override IPEndPoint LocalEndPoint => new(IPAddress.Loopback, 1);

    public override IPEndPoint RemoteEndPoint => new(IPAddress.Loopback, 2);

    public override int Receive(Span<byte> destination)
    {
        if (!_pieces.TryPeek(out byte[]? piece))
        {
            return WouldBlock;
        }

        int count = Math.Min(piece.Length, destination.Length);
        piece.AsSpan(0, count).CopyTo(destination);
        _pieces.Dequeue();
        if (count < piece.Length)
        {
            // The rest comes next.
            byte[][] later = [.. _pieces];
            _pieces.Clear();
            _pieces.Enqueue(piece[count..]);
            Array.ForEach(later, _pieces.Enqueue);
        }

        return count;
    }

    public override int Send(ReadOnlySpan<byte> source)
    {
        Sent.AddRange(source);
        return source.Length;
    }

    public override void ShutdownSend()
    {
    }

    public override ConnectOutcome FinishConnect() => ConnectOutcome.Connected;

    public override long BytesAcknowledged() => -1;

    public override long RoundTripMicros() => -1;

    protected override void Release(bool reset)
    {
    }
}
