namespace Weir.AccessLogs;

/// <summary>Field 1, <c>type</c>: what the client and the load balancer spoke. Given by the listener and the exchange.</summary>
// Source: ALB user guide, access log entries
public enum AccessLogRequestType : byte
{
    /// <summary><c>http</c></summary>
    Http,

    /// <summary><c>https</c></summary>
    Https,

    /// <summary><c>h2</c>: HTTP/2 over TLS</summary>
    Http2,

    /// <summary><c>grpcs</c></summary>
    Grpcs,

    /// <summary><c>ws</c></summary>
    WebSocket,

    /// <summary><c>wss</c></summary>
    WebSocketSecure,
}
