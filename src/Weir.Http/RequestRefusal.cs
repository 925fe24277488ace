namespace Weir.Http;

/// <summary>
/// Why the bytes are no request that could be forwarded in any mitigation mode: a closed list, one reason each. The
/// status code that answers it is the load balancer's business.
/// </summary>
public enum RequestRefusal : byte
{
    None,

    /// <summary>
    /// The first line is no request line: TLS, another protocol, no method, no target, controls in the method.
    /// </summary>
    NotHttp,

    /// <summary>A request line without a version, or with HTTP/0.9.</summary>
    Http09,

    /// <summary><c>PRI * HTTP/2.0</c>: HTTP/2 with prior knowledge. Source: RFC 9113 §3.4.</summary>
    Http2Preface,

    /// <summary>HTTP/ and something that is not 1.<c>digit</c>.</summary>
    UnsupportedVersion,

    /// <summary>The target has none of the four forms. Source: RFC 9112 §3.2.</summary>
    InvalidTarget,

    RequestLineTooLong,
    HeaderLineTooLong,
    HeadersTooLarge,
    TooManyHeaders,
    TooManyConnectionOptions,

    /// <summary>HTTP/1.1 without Host. Source: RFC 9112 §3.2; ALB, observed.</summary>
    MissingHost,

    /// <summary>
    /// A Host, or the authority of an absolute target, that is no host with an optional port. An empty Host is none of
    /// these. Source: RFC 9112 §3.2.
    /// </summary>
    InvalidHost,

    /// <summary>
    /// Blanks between Transfer-Encoding and its colon. Source: ALB user guide (since March 2025, always).
    /// </summary>
    WhitespaceBeforeTransferEncodingColon,

    /// <summary>A coding other than chunked and identity. Source: ALB user guide.</summary>
    UnsupportedTransferCoding,

    /// <summary>Not a number, or one that no body can have. Source: RFC 9112 §6.3.</summary>
    InvalidContentLength,

    /// <summary>Several Content-Length that differ. Source: RFC 9112 §6.3.</summary>
    ConflictingContentLength,

    /// <summary>The client ended its side in the middle of the head.</summary>
    Truncated,
}
