using System.Diagnostics;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// The unread bytes of one HTTP/1.1 connection. It holds a buffer only while there are bytes in it; owned by the
/// client or target stream of the connection.
/// </summary>
internal sealed class Http1Input(Connection connection)
{
    private static readonly byte[] _none = [];

    public byte[] Buffer { get; private set; } = _none;

    /// <summary>First unread byte.</summary>
    public int Start { get; private set; }

    /// <summary>End of the bytes received.</summary>
    public int End { get; private set; }

    public bool HasBytes => Start < End;

    public ReadOnlySpan<byte> Unread => Buffer.AsSpan(Start, End - Start);

    /// <summary>Holds what was received elsewhere. Before anything else.</summary>
    public void Begin(ReadOnlySpan<byte> received)
    {
        MakeRoom(received.Length + BodyChunk.FramingAfter + 1, 0);
        received.CopyTo(Buffer);
        End = received.Length;
    }

    public void Consume(int bytes)
    {
        Debug.Assert(bytes <= End - Start, "only what is there can be consumed");
        Start += bytes;
    }

    /// <summary>
    /// Receives behind what is there, into a buffer of at least <paramref name="bufferBytes"/>, with
    /// <paramref name="room"/> bytes free before the first byte, and at most <paramref name="limit"/> bytes. The unread
    /// bytes may move. Returns as <see cref="Connection.Receive"/> does.
    /// </summary>
    public int Receive(int bufferBytes, int room, long limit)
    {
        MakeRoom(bufferBytes, room);
        int space = Buffer.Length - End - BodyChunk.FramingAfter;
        int n = connection.Receive(Buffer.AsSpan(End, (int)Math.Min(space, limit)));
        if (n > 0)
        {
            End += n;
        }
        else
        {
            ReleaseIfEmpty();
        }

        return n;
    }

    /// <summary>
    /// Goes on in a new buffer, to which the unread bytes move, and gives the old one away with everything that was read
    /// from it.
    /// </summary>
    public byte[] Replace(int bufferBytes, int room)
    {
        byte[] old = Buffer;
        ReadOnlySpan<byte> unread = Unread;
        byte[] fresh = connection.Loop.Buffers.Rent(Math.Max(bufferBytes, room + unread.Length + BodyChunk.FramingAfter + 1));
        unread.CopyTo(fresh.AsSpan(room));
        End = room + unread.Length;
        Start = room;
        Buffer = fresh;
        return old;
    }

    public void ReleaseIfEmpty()
    {
        if (!HasBytes)
        {
            Release();
        }
    }

    /// <summary>Gives the buffer back, whatever is in it.</summary>
    public void Release()
    {
        if (Buffer.Length > 0)
        {
            connection.Loop.Buffers.Return(Buffer);
            Buffer = _none;
        }

        Start = End = 0;
    }

    /// <summary>Moves the unread bytes to <paramref name="room"/>, over what was read before them.</summary>
    public void Compact(int room)
    {
        if (Start > room)
        {
            Unread.CopyTo(Buffer.AsSpan(room));
            End = room + (End - Start);
            Start = room;
        }
    }

    private void MakeRoom(int bufferBytes, int room)
    {
        if (Buffer.Length == 0)
        {
            Buffer = connection.Loop.Buffers.Rent(bufferBytes);
            Start = End = room;
        }
        else if (!HasBytes)
        {
            Start = End = room;
        }
        else if (Buffer.Length - End <= BodyChunk.FramingAfter)
        {
            Grow(room);
        }
    }

    // The parsers refuse a head long before it fills the largest buffer, so there is always a larger one.
    private void Grow(int room)
    {
        byte[] larger = connection.Loop.Buffers.Rent(Math.Min(Buffer.Length * 4, BufferPool.SizesInBytes[^1]));
        Unread.CopyTo(larger.AsSpan(room));
        End = room + (End - Start);
        Start = room;
        connection.Loop.Buffers.Return(Buffer);
        Buffer = larger;
    }
}
