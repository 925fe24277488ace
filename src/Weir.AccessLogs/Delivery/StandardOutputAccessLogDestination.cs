namespace Weir.AccessLogs;

/// <summary>
/// Standard output, which then holds log lines only. What went out cannot be taken back, so a line that was begun is
/// finished before any other. Owned by its writer.
/// </summary>
internal sealed class StandardOutputAccessLogDestination(StandardOutputAccessLogDestination.Output output)
    : IAccessLogDestination
{
    private const string Name = "(standard output)";

    private readonly byte[] _begun = new byte[AccessLogLimits.LineBytes];
    private int _begunBytes;

    /// <summary>Writes some of the bytes and returns how many; a cause if it could not go on.</summary>
    internal delegate int Output(ReadOnlySpan<byte> bytes, out string? cause);

    public DateTimeOffset? NextDue => null;

    public string? Check() => null;

    public void Write(AccessLogChunk chunk, AccessLogDeliveryState state)
    {
        var text = chunk.Text;
        int taken = TryFinishBegunLine(out string? cause) ? WriteAll(text, out cause) : 0;
        if (cause is not null)
            taken = KeepBegunLine(text, taken);

        int lines = taken == text.Length ? chunk.Lines : text[..taken].Count((byte)'\n');
        state.Written(Name, lines);
        if (cause is not null)
            state.Lost(Name, cause, chunk.Lines - lines, text.Length - taken);
    }

    public void DeliverDue(AccessLogDeliveryState state)
    {
    }

    public void Reopen(AccessLogDeliveryState state)
    {
    }

    public void Complete(AccessLogDeliveryState state)
    {
        if (!TryFinishBegunLine(out string? cause))
            state.Lost(Name, cause!, lines: 0, bytes: 0);
    }

    public void Dispose()
    {
    }

    private bool TryFinishBegunLine(out string? cause)
    {
        int written = WriteAll(_begun.AsSpan(0, _begunBytes), out cause);
        _begun.AsSpan(written, _begunBytes - written).CopyTo(_begun);
        _begunBytes -= written;
        return _begunBytes == 0;
    }

    // The rest of a line that was begun counts as taken. Returns the bytes taken.
    private int KeepBegunLine(ReadOnlySpan<byte> text, int written)
    {
        if (written == 0 || written == text.Length || text[written - 1] == (byte)'\n')
            return written;

        int rest = text[written..].IndexOf((byte)'\n') + 1;
        text.Slice(written, rest).CopyTo(_begun);
        _begunBytes = rest;
        return written + rest;
    }

    private int WriteAll(ReadOnlySpan<byte> bytes, out string? cause)
    {
        cause = null;
        int written = 0;
        while (written < bytes.Length && cause is null)
            written += output(bytes[written..], out cause);
        return written;
    }
}
