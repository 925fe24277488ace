namespace Weir.AccessLogs;

/// <summary>
/// Renders records as lines of ALB's connection log, 15 fields each. Owned by one event loop and used on its thread only; it
/// never allocates, and whatever a peer sent comes out as exactly one line.
/// </summary>
// Source: ALB user guide, connection log entries; the escaping: that of the access log
public sealed class ConnectionLogLineWriter
{
    private readonly AccessLogTimestamp _time = new();

    /// <summary>
    /// Writes one line and its newline. False, with nothing written, if <paramref name="destination"/> is too small, which
    /// it never is with <see cref="AccessLogLimits.LineBytes"/>.
    /// </summary>
    public bool Write(in ConnectionLogRecord record, Span<byte> destination, out int written)
    {
        bool longest = destination.Length >= AccessLogLimits.LineBytes;
        if (longest)
            destination = destination[..AccessLogLimits.LineBytes];

        if (TryWrite(record, destination, int.MaxValue, out written))
            return true;

        return longest && TryWrite(record, destination, AccessLogLimits.FieldBytesInOverlongLine, out written);
    }

    private bool TryWrite(in ConnectionLogRecord record, Span<byte> destination, int fieldLimitBytes, out int written)
    {
        var line = new AccessLogLine(destination, fieldLimitBytes);
        line.Append(_time.Render(record.TimeUnixMicroseconds));
        line.Append(" "u8);
        line.AppendUnquoted(record.ClientAddress);
        line.AppendUnquoted(record.ClientPort);
        line.AppendNumber(record.ListenerPort);
        line.AppendUnquoted(record.TlsProtocol);
        line.AppendUnquoted(record.TlsCipher);
        if (record.TlsHandshakeMicroseconds is { } handshake)
            line.AppendSeconds(Math.Max(0, handshake));
        else
            line.Append("- "u8);

        line.AppendQuoted(record.LeafClientCertSubject);
        line.AppendUnquoted(record.LeafClientCertValidity);
        line.AppendUnquoted(record.LeafClientCertSerialNumber);
        line.AppendUnquoted(record.TlsVerifyStatus);
        line.AppendUnquoted(record.ConnectionTraceId);
        line.AppendUnquoted(record.TlsKeyExchange);
        line.AppendUnquoted(record.LoadBalancer);
        line.AppendUnquoted(record.IpAddress);
        line.EndLine();
        written = line.Overflowed ? 0 : line.Length;
        return !line.Overflowed;
    }
}
