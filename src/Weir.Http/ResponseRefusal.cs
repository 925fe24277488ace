namespace Weir.Http;

/// <summary>
/// Why bytes from a target are no response: a closed list, one reason each. All are the target's fault.
/// </summary>
public enum ResponseRefusal : byte
{
    None,

    /// <summary>It does not begin with <c>HTTP/</c>: the peer speaks something else.</summary>
    NotHttp,

    /// <summary>Something else than a blank is behind the status code, or CR or NUL in the reason. Source: RFC 9112 §4.</summary>
    BadStatusLine,

    /// <summary>HTTP/ and something that is not 1.<c>digit</c>.</summary>
    UnsupportedVersion,

    /// <summary>Not three digits from 100 to 999. Source: RFC 9110 §15.</summary>
    BadStatusCode,

    /// <summary>The head is over <see cref="HttpLimits.ResponseHeadersBytes"/>.</summary>
    HeadersTooLarge,
    TooManyHeaders,
    TooManyConnectionOptions,

    /// <summary>A name that is empty or no token, or a line without a colon. Source: RFC 9112 §5.</summary>
    InvalidHeaderName,

    /// <summary>CR, LF or NUL inside a value. Source: RFC 9110 §5.5.</summary>
    InvalidHeaderValue,

    /// <summary>A folded line. Source: RFC 9112 §5.2 (a proxy may answer 502).</summary>
    FoldedLine,

    /// <summary>A transfer coding other than chunked and identity, which cannot be undone for the client, or chunked twice.</summary>
    UnsupportedTransferCoding,
    InvalidContentLength,
    ConflictingContentLength,
}
