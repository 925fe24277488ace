namespace Weir.Bench;

/// <summary>Which program makes the load of a profile.</summary>
internal enum LoadGenerator
{
    /// <summary>Requests over HTTP/1.1.</summary>
    Wrk,

    /// <summary>Requests over HTTP/2.</summary>
    H2Load,

    /// <summary>openssl s_time: TLS connections, with one request each.</summary>
    Handshakes,
}
