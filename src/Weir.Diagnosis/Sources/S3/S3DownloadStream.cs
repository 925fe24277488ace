using System.Buffers;

namespace Weir.Diagnosis.Sources.S3;

/// <summary>The bytes of a download as a stream; owns the download.</summary>
internal sealed class S3DownloadStream(S3Download download) : Stream
{
    private S3Piece _piece;
    private int _taken;

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
        if (buffer.IsEmpty) return 0;
        if (_taken == _piece.Length)
        {
            GiveBack();
            if (download.Next() is not { } next) return 0;
            _piece = next;
        }

        int read = Math.Min(buffer.Length, _piece.Length - _taken);
        _piece.Buffer.AsSpan(_taken, read).CopyTo(buffer);
        _taken += read;
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
        if (disposing)
        {
            GiveBack();
            download.Dispose();
        }

        base.Dispose(disposing);
    }

    private void GiveBack()
    {
        if (_piece.Buffer is not null) ArrayPool<byte>.Shared.Return(_piece.Buffer);
        _piece = default;
        _taken = 0;
    }
}
