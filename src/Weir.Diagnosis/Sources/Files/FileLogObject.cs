namespace Weir.Diagnosis.Sources.Files;

/// <summary>A file, or what the system shows as one (a named pipe, a descriptor).</summary>
internal sealed class FileLogObject(string path, long sizeBytes) : LogObject(path, Path.GetFileName(path), sizeBytes)
{
    public override ValueTask<LogStream> OpenAsync(CancellationToken cancellation = default)
    {
        try
        {
            // Without a buffer of its own: decompressing and parsing ask for large pieces, and one copy less is made.
            var file = new FileStream(Name, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                // Whoever writes the file may go on writing it, or take it away.
                Share = FileShare.ReadWrite | FileShare.Delete,
                Options = FileOptions.SequentialScan,
                BufferSize = 0,
            });
            return ValueTask.FromResult(LogStream.Of(Name, new BufferedStream(file, SourceLimits.FileBufferBytes)));
        }
        catch (Exception exception) when (exception is IOException and not SourceException or UnauthorizedAccessException)
        {
            throw new SourceException($"cannot read {Name}: {FileProblem.Reason(exception)}", exception);
        }
    }
}
