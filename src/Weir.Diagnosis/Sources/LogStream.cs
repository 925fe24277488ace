using System.IO.Compression;
using ZstdSharp;

namespace Weir.Diagnosis.Sources;

/// <summary>
/// The text of a <see cref="LogObject"/>: gzip and zstd are told by their first bytes, never by a name, and taken off. Owned
/// by whoever opened it and read by one thread at a time; reading waits in that thread. It ends where a damaged object
/// stops being readable, and <see cref="Damage"/> says so: damage never throws.
/// </summary>
public sealed class LogStream : Stream
{
    // A strict gzip reader tells a cut file from a whole one; .NET's is lenient unless it is told before its first use.
    static LogStream() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    private readonly string _name;
    private readonly CountingStream _stored;
    private readonly Stream _text;
    private long _readable;

    private LogStream(string name, CountingStream stored, Stream text)
    {
        _name = name;
        _stored = stored;
        _text = text;
    }

    /// <summary>What stopped the reading, or null; final once a read gave nothing.</summary>
    public LogDamage? Damage { get; private set; }

    /// <summary>Bytes taken from the object as it is stored, for progress; may be asked from any thread.</summary>
    public long StoredBytesRead => _stored.Count;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Looks at the first bytes, and decompresses what follows. Takes the stream over, also when it throws.</summary>
    internal static LogStream Of(string name, Stream source)
    {
        try
        {
            byte[] first = new byte[4];
            int length = source.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
            var stored = new CountingStream(source, first.AsMemory(0, length));
            return new LogStream(name, stored, Decompress(stored, first.AsSpan(0, length)));
        }
        catch (Exception exception)
        {
            source.Dispose();
            if (exception is IOException and not SourceException) throw new SourceException($"cannot read {name}: {exception.Message}", exception);
            throw;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (Damage is not null || buffer.IsEmpty) return 0;
        int read = ReferenceEquals(_text, _stored) ? ReadPlain(buffer) : ReadCompressed(buffer);
        _readable += read;
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
        if (disposing) _text.Dispose();
        base.Dispose(disposing);
    }

    // Source: RFC 1952 §2.3.1; RFC 8878 §3.1.1 and §3.1.2 (a skippable frame may come first: some writers put an index there)
    private static Stream Decompress(Stream stored, ReadOnlySpan<byte> first) => first switch
    {
        [0x1f, 0x8b, ..] => new GZipStream(stored, CompressionMode.Decompress),
        [0x28, 0xb5, 0x2f, 0xfd] or [>= 0x50 and <= 0x5f, 0x2a, 0x4d, 0x18] =>
            new DecompressionStream(stored, SourceLimits.DecompressionBytes, checkEndOfStream: true, leaveOpen: false),
        _ => stored,
    };

    private int ReadPlain(Span<byte> buffer)
    {
        try
        {
            return _text.Read(buffer);
        }
        catch (IOException exception) when (exception is not SourceException)
        {
            throw new SourceException($"cannot read {_name}: {exception.Message}", exception);
        }
    }

    private int ReadCompressed(Span<byte> buffer)
    {
        buffer = buffer[..Math.Min(buffer.Length, SourceLimits.DecompressionBytes)];
        // Where the bytes are wrong, the decompressor throws away how much it has written before. No log has a zero in it.
        buffer.Clear();
        try
        {
            return _text.Read(buffer);
        }
        catch (EndOfStreamException)
        {
            return Damaged(buffer, isCut: true);
        }
        catch (InvalidDataException exception)
        {
            return Damaged(buffer, isCut: IsTruncation(exception));
        }
        catch (ZstdException)
        {
            return Damaged(buffer, isCut: false);
        }
        catch (IOException exception) when (exception is not SourceException)
        {
            throw new SourceException($"cannot read {_name}: {exception.Message}", exception);
        }
    }

    // The source has given all it had: then it ended too early, whatever the decompressor calls it.
    private bool IsTruncation(InvalidDataException exception) =>
        exception.Message.Contains("truncated", StringComparison.OrdinalIgnoreCase) && _stored.Read(stackalloc byte[1]) == 0;

    private int Damaged(ReadOnlySpan<byte> buffer, bool isCut)
    {
        // After the last line's end there may be bytes that the decompressor had only begun to copy.
        int read = buffer.LastIndexOf((byte)'\n') + 1;
        // It copies in chunks of up to 64 bytes: some that it copied too far may be line ends, and an empty line is none of a
        // log. What else it copied too far comes out as one line that cannot be read.
        while (read >= 2 && buffer[read - 2] == (byte)'\n')
        {
            read--;
        }

        Damage = new LogDamage(_name, _stored.Count, _readable + read, isCut);
        return read;
    }
}
