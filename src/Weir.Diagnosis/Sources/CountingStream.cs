namespace Weir.Diagnosis.Sources;

/// <summary>Passes the bytes of a stream on, after those that were taken from it already, and counts all of them. Owns the stream.</summary>
internal sealed class CountingStream(Stream source, ReadOnlyMemory<byte> taken) : Stream
{
    private ReadOnlyMemory<byte> _taken = taken;
    private long _count;

    /// <summary>Bytes passed on so far; may be asked from any thread.</summary>
    public long Count => Volatile.Read(ref _count);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read;
        if (_taken.Length > 0)
        {
            read = Math.Min(_taken.Length, buffer.Length);
            _taken.Span[..read].CopyTo(buffer);
            _taken = _taken[read..];
        }
        else
        {
            read = source.Read(buffer);
        }

        Volatile.Write(ref _count, _count + read);
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }
}
