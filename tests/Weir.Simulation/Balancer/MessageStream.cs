using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>The messages that come on one connection, read one event after another. Owned by a client's or target's session.</summary>
internal sealed class MessageStream(Connection connection, MessageReader reader)
{
    private const int BufferBytes = 16 * 1024;

    private readonly byte[] _buffer = connection.Loop.Buffers.Rent(BufferBytes);
    private int _start;
    private int _end;
    private int _bodyBytes;

    public MessageReader Reader { get; } = reader;

    public MessageHead Head => Reader.Head;

    /// <summary>After <see cref="MessageEvent.Body"/>: its bytes, until the next event.</summary>
    public ReadOnlySpan<byte> Body => _buffer.AsSpan(_start - _bodyBytes, _bodyBytes);

    /// <summary>Bytes that came behind what was read so far.</summary>
    public int UnreadBytes => _end - _start;

    /// <summary>The most that one receive takes.</summary>
    public int ReceiveLimit { get; set; } = BufferBytes;

    public async LoopTask<MessageEvent> Next()
    {
        while (true)
        {
            MessageEvent next = Reader.Read(_buffer.AsSpan(_start, _end - _start), out int consumed, out _bodyBytes);
            _start += consumed;
            if (next != MessageEvent.NeedMore)
            {
                return next;
            }

            await connection.WhenReadable();
            if (connection.IsClosed)
            {
                return MessageEvent.Ended;
            }

            _start = 0;
            int n = connection.Receive(_buffer.AsSpan(0, ReceiveLimit));
            _end = Math.Max(n, 0);
            if (n == Connection.Ended)
            {
                return connection.EndedInOrder && Reader.EndWithConnection() ? MessageEvent.End : MessageEvent.Ended;
            }
        }
    }

    public void Release() => connection.Loop.Buffers.Return(_buffer);
}
