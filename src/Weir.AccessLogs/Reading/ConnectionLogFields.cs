namespace Weir.AccessLogs.Reading;

/// <summary>
/// One connection of a connection log: its numbers read, its texts as pieces of the line. It must not outlive the line's
/// bytes.
/// </summary>
/// <remarks>Source: ALB user guide, connection log entries.</remarks>
public readonly ref struct ConnectionLogFields
{
    private readonly LogLineFields _fields;

    internal ConnectionLogFields(LogLineFields fields) => _fields = fields;

    /// <summary>Field 1, microseconds since 1970.</summary>
    public long TimeMicroseconds { get; internal init; }

    /// <summary>Field 4.</summary>
    public int ListenerPort { get; internal init; }

    /// <summary>Field 7; -1 without TLS.</summary>
    public int HandshakeMilliseconds { get; internal init; }

    public ReadOnlySpan<byte> ClientAddress => _fields.Value(2);

    public ReadOnlySpan<byte> TlsProtocol => _fields.Value(5);

    /// <summary>Field 11: <c>Success</c>, <c>Failed:…</c>; empty without TLS.</summary>
    public ReadOnlySpan<byte> VerifyStatus => _fields.Value(11);

    /// <summary>Field 12: joins the access log.</summary>
    public ReadOnlySpan<byte> TraceId => _fields.Value(12);

    /// <summary>Field 15; empty where the layout has none.</summary>
    public ReadOnlySpan<byte> NodeAddress => _fields.Value(15);
}
