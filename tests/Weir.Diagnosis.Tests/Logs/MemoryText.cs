using System.Text;
using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.Tests.Logs;

/// <summary>A text in memory that is given out in pieces of any size, and may break off.</summary>
internal sealed class MemoryText(string name, byte[] bytes, int pieceBytes = int.MaxValue) : ILogText
{
    public MemoryText(string name, string text, int pieceBytes = int.MaxValue)
        : this(name, Encoding.UTF8.GetBytes(text), pieceBytes)
    {
    }

    public string Name => name;

    public long? SizeBytes => bytes.Length;

    public string? NodeAddress { get; init; }

    public DateTimeOffset? IntervalEnd { get; init; }

    /// <summary>What the reader says once all is read; null for an end in order.</summary>
    public string? Damage { get; init; }

    /// <summary>What is thrown instead of the end.</summary>
    public string? Fault { get; init; }

    public ValueTask<ILogTextReader> OpenTextAsync(CancellationToken cancellation) =>
        bytes.Length == 0 && Fault is not null
            ? throw new IOException(Fault)
            : ValueTask.FromResult<ILogTextReader>(new Reader(this, bytes, pieceBytes));

    private sealed class Reader(MemoryText text, byte[] bytes, int pieceBytes) : ILogTextReader
    {
        private int _at;

        public long StoredBytesRead => _at;

        public string? DamageText => text.Damage;

        public int Read(Span<byte> buffer)
        {
            int read = Math.Min(Math.Min(buffer.Length, pieceBytes), bytes.Length - _at);
            if (read == 0 && text.Fault is { } fault)
                throw new IOException(fault);

            bytes.AsSpan(_at, read).CopyTo(buffer);
            _at += read;
            return read;
        }

        public void Dispose()
        {
        }
    }
}
