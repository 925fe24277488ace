namespace Weir.Balancer;

/// <summary>
/// What one line of the explain log says, in facts. Filled on the loop, owned by its caller: the spans are read while the
/// line is written and never kept. An empty span and a negative number are missing values.
/// </summary>
internal readonly ref struct ExplainRecord
{
    public required ExplainKind Kind { get; init; }

    public long TimeUnixMicros { get; init; }

    public ReadOnlySpan<byte> TraceId { get; init; }

    public ReadOnlySpan<byte> ConnectionTraceId { get; init; }

    /// <summary><c>app/name/id</c></summary>
    public ReadOnlySpan<byte> LoadBalancer { get; init; }

    public ReadOnlySpan<char> ListenerArn { get; init; }

    public ReadOnlySpan<byte> TargetGroupArn { get; init; }

    /// <summary><c>ip:port</c></summary>
    public ReadOnlySpan<byte> Target { get; init; }

    /// <summary><c>ip:port</c></summary>
    public ReadOnlySpan<byte> Client { get; init; }

    /// <summary>Empty if the request could not be read; then there is no URL either.</summary>
    public ReadOnlySpan<byte> Method { get; init; }

    /// <summary>The URL's host, without a port.</summary>
    public ReadOnlySpan<byte> Host { get; init; }

    /// <summary>The URL's port: the listener's.</summary>
    public int Port { get; init; }

    /// <summary>The URL's path and query.</summary>
    public ReadOnlySpan<byte> Uri { get; init; }

    /// <summary>The client speaks to an HTTPS listener.</summary>
    public bool IsHttps { get; init; }

    /// <summary>The target speaks HTTP/2.</summary>
    public bool IsTargetHttp2 { get; init; }

    /// <summary>RFC 9110 §9.2.2: to send it twice does no more than to send it once.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>How much of a request's body may be held for a second attempt; null: this mode has none.</summary>
    public int? HeldBodyBytes { get; init; }

    /// <summary>As in the access log; 0: none.</summary>
    public int StatusCode { get; init; }

    /// <summary>The attempt that failed (of a saved request the first), or the connection that was withheld.</summary>
    public Failure Facts { get; init; }

    /// <summary>There was a connection to a target that <see cref="Facts"/> tell of.</summary>
    public bool IsConnected { get; init; }

    public LearnedCloseTime Learned { get; init; }

    /// <summary>The balancer's idle timeout.</summary>
    public long IdleTimeoutMs { get; init; }

    /// <summary>Oldest first; empty when no target was tried.</summary>
    public ReadOnlySpan<Attempt> Attempts { get; init; }

    /// <summary>From the request's whole head to the failure.</summary>
    public long ElapsedMicros { get; init; }

    /// <summary>From the (last) dispatch to the failure.</summary>
    public long SinceDispatchMicros { get; init; }

    /// <summary>Of a near miss: from the moment at which the connection would have been used to its end.</summary>
    public long ClosedAfterMicros { get; init; }
}
