using System.Net.Sockets;

namespace Weir.Diagnosis.Probing;

/// <summary>
/// A socket as a stream that remembers how its peer ended it: TLS above it reports an end late, or as something else.
/// Owned by one connection, read by one at a time.
/// </summary>
internal sealed class ObservedStream(Socket socket, TimeProvider time) : Stream
{
    private bool _hasRead;

    public ConnectionEnd End { get; private set; }

    /// <summary>How many bytes have been read of it.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Whether the peer's first word is that of a response over plain HTTP/1.</summary>
    public bool BeginsAsHttp { get; private set; }

    /// <summary>When the end was seen, as the clock counts.</summary>
    public long EndTimestamp { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            int count = await socket.ReceiveAsync(buffer, cancellationToken);
            if (count == 0 && buffer.Length > 0)
            {
                Note(ConnectionEnd.Fin);
            }

            BytesRead += count;
            if (count > 0 && !_hasRead)
            {
                _hasRead = true;
                BeginsAsHttp = buffer.Span[..count].StartsWith("HTTP/"u8);
            }

            return count;
        }
        catch (SocketException exception)
        {
            Note(ConnectionEnd.Rst);
            throw new IOException(exception.Message, exception);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (buffer.Length > 0)
            {
                buffer = buffer[await socket.SendAsync(buffer, cancellationToken)..];
            }
        }
        catch (SocketException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count)
    {
        try
        {
            socket.Send(buffer.AsSpan(offset, count));
        }
        catch (SocketException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Note(ConnectionEnd end)
    {
        if (End == ConnectionEnd.None)
        {
            (End, EndTimestamp) = (end, time.GetTimestamp());
        }
    }
}
