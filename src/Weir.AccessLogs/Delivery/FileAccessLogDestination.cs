namespace Weir.AccessLogs;

/// <summary>One plain file, created if missing and appended to, which log rotation may move away. Owned by its writer.</summary>
internal sealed class FileAccessLogDestination(string path) : IAccessLogDestination
{
    private AppendFile? _file;

    public DateTimeOffset? NextDue => null;

    public string? Check() => TryOpen(out string? cause) ? null : $"{path}: {cause}";

    public void Write(AccessLogChunk chunk, AccessLogDeliveryState state)
    {
        var text = chunk.Text;
        int written = TryOpen(out string? cause) ? _file!.Append(text, keepWholeLines: true, out cause) : 0;
        int lines = written == text.Length ? chunk.Lines : text[..written].Count((byte)'\n');
        state.Written(path, lines);
        if (cause is not null)
            state.Lost(path, cause, chunk.Lines - lines, text.Length - written);
    }

    public void DeliverDue(AccessLogDeliveryState state)
    {
    }

    public void Reopen(AccessLogDeliveryState state)
    {
        Dispose();
        // Now and not at the next line: who rotates logs looks for the new file at once.
        if (!TryOpen(out string? cause))
            state.Lost(path, cause!, lines: 0, bytes: 0);
    }

    public void Complete(AccessLogDeliveryState state)
    {
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private bool TryOpen(out string? cause)
    {
        cause = null;
        _file ??= AppendFile.TryOpen(path, FileMode.OpenOrCreate, out cause);
        return _file is not null;
    }
}
