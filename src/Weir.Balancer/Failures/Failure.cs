using Weir.Http.Http2;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// A failed exchange as a value: the reason and what was known at that moment. The access log shows a little of it; the
/// explain log all of it.
/// </summary>
public readonly record struct Failure(FailureReason Reason)
{
    /// <summary>A failure before there was a connection to a target.</summary>
    public static Failure WithoutTarget(FailureReason reason) =>
        new(reason) { IdleMs = -1, BytesAcknowledged = -1, AdvertisedKeepAliveSeconds = -1, Learned = LearnedCloseTime.Nothing };

    /// <summary>The target's connection had carried requests before this one.</summary>
    public bool Reused { get; init; }

    /// <summary>Requests that the target's connection had carried before this one.</summary>
    public int EarlierRequests { get; init; }

    /// <summary>How long the target's connection had been idle when this request took it, in milliseconds; -1 when it was new.</summary>
    public long IdleMs { get; init; }

    /// <summary>How the target's connection ended.</summary>
    public ConnectionEnd End { get; init; }

    /// <summary>What ended TLS with the target, in the handshake or behind it, where that ended the attempt.</summary>
    internal TargetTlsProblem TlsProblem { get; init; }

    /// <summary>The target's connection took up an earlier TLS session in its handshake; null without TLS.</summary>
    public bool? TlsResumed { get; init; }

    /// <summary>The target had begun another handshake on its connection (a renegotiation, below TLS 1.3), whether or not it came to its end.</summary>
    public bool TlsRenegotiated { get; init; }

    /// <summary>No data at all had come on the target's connection, of whatever request.</summary>
    public bool NothingReceived { get; init; }

    /// <summary>Bytes of the request handed to the kernel.</summary>
    public long BytesWritten { get; init; }

    /// <summary>Of those, bytes that the target's kernel acknowledged; -1 when unknown.</summary>
    public long BytesAcknowledged { get; init; }

    /// <summary>Bytes of an answer that had come.</summary>
    public long ResponseBytes { get; init; }

    /// <summary>The code with which the target reset the HTTP/2 stream, where it did.</summary>
    public Http2ErrorCode ResetCode { get; init; }

    /// <summary>The error with which the target had ended its HTTP/2 connection (GOAWAY), where it did.</summary>
    public Http2ErrorCode GoAwayCode { get; init; }

    /// <summary>What the target did against the rules of HTTP/2, where that ended the stream or its connection.</summary>
    public Http2Fault Fault { get; init; }

    /// <summary>It did so on the stream of another request.</summary>
    public bool IsFaultOfOther { get; init; }

    /// <summary>What is wrong with the answer, where it is one that cannot be passed on.</summary>
    public ResponseFault ResponseFault { get; init; }

    /// <summary>
    /// Of a request that was too large for its target: bytes of all fields that would have been sent, each with 32 more. Otherwise 0.
    /// </summary>
    public int FieldBytes { get; init; }

    /// <summary>How many of them the target takes, or this balancer sends.</summary>
    public long FieldLimitBytes { get; init; }

    /// <summary>That is what the target has announced (SETTINGS_MAX_HEADER_LIST_SIZE).</summary>
    public bool IsLimitOfTarget { get; init; }

    /// <summary>What the target's last <c>Keep-Alive: timeout=</c> said, in seconds; -1 when it never did.</summary>
    public int AdvertisedKeepAliveSeconds { get; init; }

    /// <summary>What had been learned of when the target group's targets close, as it held for this connection.</summary>
    public LearnedCloseTime Learned { get; init; }
}
