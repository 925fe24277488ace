namespace Weir.AccessLogs;

/// <summary>
/// Renders the records of one kind of log as lines. Owned by one event loop and used on its thread only; it never allocates, and
/// whatever a peer sent comes out as exactly one line: where that would be too long, each of its fields is cut.
/// </summary>
/// <typeparam name="TRecord">The row.</typeparam>
public abstract class LogLineWriter<TRecord>
    where TRecord : struct, allows ref struct
{
    /// <summary>
    /// Writes one line and its newline. False, with nothing written, if <paramref name="destination"/> is too small, which
    /// it never is with <see cref="AccessLogLimits.LineBytes"/>.
    /// </summary>
    public bool Write(in TRecord record, Span<byte> destination, out int written)
    {
        bool longest = destination.Length >= AccessLogLimits.LineBytes;
        if (longest)
            destination = destination[..AccessLogLimits.LineBytes];

        if (TryWrite(record, destination, int.MaxValue, out written))
            return true;

        return longest && TryWrite(record, destination, AccessLogLimits.FieldBytesInOverlongLine, out written);
    }

    /// <summary>All fields and the newline.</summary>
    private protected abstract void Write(ref AccessLogLine line, in TRecord record);

    private bool TryWrite(in TRecord record, Span<byte> destination, int fieldLimitBytes, out int written)
    {
        var line = new AccessLogLine(destination, fieldLimitBytes);
        Write(ref line, record);
        written = line.Overflowed ? 0 : line.Length;
        return !line.Overflowed;
    }
}
