namespace Weir.AccessLogs;

/// <summary>Renders records as lines of ALB's connection log, 15 fields each.</summary>
// Source: ALB user guide, connection log entries; the escaping: that of the access log
public sealed class ConnectionLogLineWriter : LogLineWriter<ConnectionLogRecord>
{
    private readonly AccessLogTimestamp _time = new();

    private protected override void Write(ref AccessLogLine line, in ConnectionLogRecord record)
    {
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
    }
}
