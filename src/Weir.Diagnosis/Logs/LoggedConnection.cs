using System.Text;
using Weir.AccessLogs.Reading;

namespace Weir.Diagnosis.Logs;

/// <summary>One line of a connection log. Names are numbers of a <see cref="LogNames"/>.</summary>
/// <remarks>Source: ALB user guide, connection log entries.</remarks>
public readonly record struct LoggedConnection
{
    /// <summary>Microseconds since 1970, UTC.</summary>
    public required long TimeMicroseconds { get; init; }

    public required int Node { get; init; }

    public required int ListenerPort { get; init; }

    /// <summary>-1 without TLS.</summary>
    public required int HandshakeMilliseconds { get; init; }

    /// <summary>Such as <c>TLSv1.3</c>, or null.</summary>
    public required string? TlsProtocol { get; init; }

    /// <summary><c>Success</c>, <c>Failed:…</c>, or null.</summary>
    public required string? VerifyStatus { get; init; }

    /// <summary>Joins requests: <see cref="KeyOf"/> of their <see cref="RequestDetail.ConnectionTraceId"/>.</summary>
    public required ulong TraceKey { get; init; }

    public static ulong KeyOf(string connectionTraceId) => ByteHash.Of(Encoding.UTF8.GetBytes(connectionTraceId));
}
