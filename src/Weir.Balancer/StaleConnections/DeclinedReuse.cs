namespace Weir.Balancer;

/// <summary>
/// A request for which a connection was declined, as far as it matters when the connection's end shows that the request
/// would have raced. Pooled by the loop; the connection's while that is parked.
/// </summary>
internal sealed class DeclinedReuse
{
    // A trace id that the client brought may be longer than any URL that helps: both are cut.
    private const int MaxTextBytes = 512;

    private readonly byte[] _traceId = new byte[MaxTextBytes];
    private readonly byte[] _method = new byte[MaxTextBytes];
    private readonly byte[] _host = new byte[MaxTextBytes];
    private readonly byte[] _uri = new byte[MaxTextBytes];
    private int _traceIdBytes;
    private int _methodBytes;
    private int _hostBytes;
    private int _uriBytes;

    /// <summary>When it was declined, in the loop's microseconds.</summary>
    public long AtMicros { get; private set; }

    /// <summary>How long the connection had been idle then.</summary>
    public long IdleMs { get; private set; }

    public ListenerView Listener { get; private set; } = null!;

    public LoopTargetGroup Group { get; private set; } = null!;

    public PeerText Client { get; private set; }

    public ReadOnlySpan<byte> TraceId => _traceId.AsSpan(0, _traceIdBytes);

    public ReadOnlySpan<byte> Method => _method.AsSpan(0, _methodBytes);

    /// <summary>The host that was asked for, without a port.</summary>
    public ReadOnlySpan<byte> Host => _host.AsSpan(0, _hostBytes);

    /// <summary>Path and query.</summary>
    public ReadOnlySpan<byte> Uri => _uri.AsSpan(0, _uriBytes);

    public void Fill(Exchange exchange, long nowMicros, long idleMs)
    {
        AtMicros = nowMicros;
        IdleMs = idleMs;
        Listener = exchange.Listener;
        Group = exchange.Group!;
        Client = exchange.Peer;
        _traceIdBytes = Copy(exchange.TraceId, _traceId);
        _methodBytes = Copy(exchange.Request.Method, _method);
        _hostBytes = Copy(HostRule.WithoutPort(HostRule.Requested(exchange)), _host);
        _uriBytes = Copy(ExchangeLog.UriFrom(exchange.Request), _uri);
    }

    /// <summary>Lets go of what would keep a snapshot alive.</summary>
    public void Clear()
    {
        Listener = null!;
        Group = null!;
        Client = default;
    }

    private static int Copy(ReadOnlySpan<byte> from, byte[] to)
    {
        int count = Math.Min(from.Length, to.Length);
        from[..count].CopyTo(to);
        return count;
    }
}
