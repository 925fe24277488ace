using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Sources;

namespace Weir.Diagnosing;

/// <summary>A source of logs as the reading pipeline takes it.</summary>
internal sealed class SourceText(LogObject source) : ILogText
{
    public string Name => source.Name;

    public long? SizeBytes => source.SizeBytes;

    public string? NodeAddress => source.NodeAddress;

    public DateTimeOffset? IntervalEnd => source.IntervalEnd;

    public async ValueTask<ILogTextReader> OpenTextAsync(CancellationToken cancellation) => new Reader(await source.OpenAsync(cancellation));

    private sealed class Reader(LogStream stream) : ILogTextReader
    {
        public long StoredBytesRead => stream.StoredBytesRead;

        public string? DamageText => stream.Damage?.ToString();

        public int Read(Span<byte> buffer) => stream.Read(buffer);

        public void Dispose() => stream.Dispose();
    }
}
