namespace Weir.Diagnosis.Sources.Files;

/// <summary>Standard input: one object, which can be opened once.</summary>
internal sealed class StandardInputLogObject(Func<Stream> open) : LogObject("standard input", "", null)
{
    private int _opened;

    public override ValueTask<LogStream> OpenAsync(CancellationToken cancellation = default)
    {
        if (Interlocked.Exchange(ref _opened, 1) != 0) throw new SourceException("standard input can be read once only");
        return ValueTask.FromResult(LogStream.Of(Name, new BufferedStream(open(), SourceLimits.FileBufferBytes)));
    }
}
