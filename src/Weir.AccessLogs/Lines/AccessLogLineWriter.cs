namespace Weir.AccessLogs;

/// <summary>Renders records as lines of ALB's access log, 36 fields each.</summary>
// Source: ALB user guide, access log entries; fields 34 to 36 and the escaping: ALB, observed
public sealed class AccessLogLineWriter : LogLineWriter<AccessLogRecord>
{
    private readonly AccessLogTimestamp _time = new();
    private readonly AccessLogTimestamp _requestCreationTime = new();

    private protected override void Write(ref AccessLogLine line, in AccessLogRecord record)
    {
        WriteOutcome(ref line, record);
        WriteRequest(ref line, record);
        WriteConnectionAndRule(ref line, record);
        WriteActionAndVerdict(ref line, record);
    }

    // Fields 1 to 12.
    private void WriteOutcome(ref AccessLogLine line, in AccessLogRecord record)
    {
        line.Append(TypeAndSpace(record.Type));
        line.Append(_time.Render(record.TimeUnixMicroseconds));
        line.Append(" "u8);
        line.AppendUnquoted(record.LoadBalancer);
        line.AppendUnquoted(record.Client);
        line.AppendUnquoted(record.Target);
        line.AppendSeconds(record.RequestProcessingMicroseconds);
        line.AppendSeconds(record.TargetProcessingMicroseconds);
        line.AppendSeconds(record.ResponseProcessingMicroseconds);
        line.AppendStatus(record.ElbStatusCode);
        line.AppendStatus(record.TargetStatusCode);
        line.AppendNumber(record.ReceivedBytes);
        line.AppendNumber(record.SentBytes);
    }

    // Field 13: "METHOD proto://host:port/uri HTTP/x.y", or "- proto://lb-dns-name:port- -" for what could not be parsed.
    private static void WriteRequest(ref AccessLogLine line, in AccessLogRecord record)
    {
        bool parsed = !record.Method.IsEmpty;
        line.Append("\""u8);
        if (parsed)
            line.AppendWithinQuotes(record.Method);
        else
            line.Append("-"u8);

        line.Append(IsTls(record, parsed) ? " https://"u8 : " http://"u8);
        line.AppendWithinQuotes(parsed && !record.Host.IsEmpty ? record.Host : record.LoadBalancerDnsName);
        line.Append(":"u8);
        line.AppendDigits(record.Port);
        if (parsed)
        {
            line.AppendWithinQuotes(record.RequestUri);
            line.Append(VersionAndQuote(record.HttpVersion));
        }
        else
        {
            line.Append("- -\" "u8);
        }
    }

    // Fields 14 to 22.
    private void WriteConnectionAndRule(ref AccessLogLine line, in AccessLogRecord record)
    {
        var userAgent = record.UserAgent;
        line.AppendQuoted(userAgent[..Math.Min(userAgent.Length, AccessLogLimits.UserAgentBytes)]);
        line.AppendUnquoted(record.TlsCipher);
        line.AppendUnquoted(record.TlsProtocol);
        line.AppendUnquoted(record.TargetGroupArn);
        line.AppendQuoted(record.TraceId);
        line.AppendQuoted(record.DomainName);
        line.AppendQuoted(record.ChosenCertificateArn);
        if (record.MatchedRulePriority is { } priority)
            line.AppendNumber(priority);
        else
            line.Append("- "u8);

        // Clamped so that the multiplication cannot wrap; the timestamp clamps to its own, smaller range.
        long creation = Math.Clamp(record.RequestCreationUnixMilliseconds, 0, long.MaxValue / 1000);
        line.Append(_requestCreationTime.Render(creation * 1000));
        line.Append(" "u8);
    }

    // Fields 23 to 36.
    private static void WriteActionAndVerdict(ref AccessLogLine line, in AccessLogRecord record)
    {
        line.AppendQuoted(record.ActionsExecuted);
        line.AppendQuoted(record.RedirectUrl);
        line.AppendQuoted(record.ErrorReason);
        line.AppendQuoted(record.Target);
        // The lists are of targets with an address: a Lambda function leaves both empty, though it has a status.
        line.AppendQuotedStatus(record.Target.IsEmpty ? 0 : record.TargetStatusCode);
        line.Append(ClassificationAndSpace(record.Classification));
        line.AppendQuoted(record.ClassificationReason);
        line.AppendUnquoted(record.ConnectionTraceId);
        line.AppendQuoted(record.TransformedHost);
        line.AppendQuoted(record.TransformedUri);
        line.AppendQuoted(record.RequestTransformStatus);
        line.AppendUnquoted(record.IpAddress);
        line.Append("\"-\" \"-\"\n"u8);
    }

    // A WebSocket's request is logged with the scheme of the upgrade, http or https, never ws.
    // What could not be parsed may be plain HTTP on an HTTPS port: there the handshake decides, not the listener.
    private static bool IsTls(in AccessLogRecord record, bool parsed) => parsed
        ? record.Type is not (AccessLogRequestType.Http or AccessLogRequestType.WebSocket)
        : !record.TlsProtocol.IsEmpty;

    private static ReadOnlySpan<byte> TypeAndSpace(AccessLogRequestType type) => type switch
    {
        AccessLogRequestType.Http => "http "u8,
        AccessLogRequestType.Https => "https "u8,
        AccessLogRequestType.Http2 => "h2 "u8,
        AccessLogRequestType.Grpcs => "grpcs "u8,
        AccessLogRequestType.WebSocket => "ws "u8,
        _ => "wss "u8,
    };

    private static ReadOnlySpan<byte> VersionAndQuote(AccessLogHttpVersion version) => version switch
    {
        AccessLogHttpVersion.Http11 => " HTTP/1.1\" "u8,
        AccessLogHttpVersion.Http10 => " HTTP/1.0\" "u8,
        _ => " HTTP/2.0\" "u8,
    };

    private static ReadOnlySpan<byte> ClassificationAndSpace(AccessLogClassification classification) =>
        classification switch
        {
            AccessLogClassification.None => "\"-\" "u8,
            AccessLogClassification.Acceptable => "\"Acceptable\" "u8,
            AccessLogClassification.Ambiguous => "\"Ambiguous\" "u8,
            _ => "\"Severe\" "u8,
        };
}
