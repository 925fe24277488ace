namespace Weir.Http;

/// <summary>
/// The reason phrases of responses that the load balancer makes. Responses of targets keep their own. Where ALB's
/// phrase differs from the registered one, ALB's stands. Source: ALB, observed; RFC 9110 §15.
/// </summary>
public static class ReasonPhrases
{
    /// <summary>The phrase, or nothing for a code without one.</summary>
    public static ReadOnlySpan<byte> Of(int statusCode) => statusCode switch
    {
        < 300 => Success(statusCode),
        < 400 => Redirection(statusCode),
        < 500 => ClientError(statusCode),
        _ => ServerError(statusCode),
    };

    private static ReadOnlySpan<byte> Success(int statusCode) => statusCode switch
    {
        100 => "Continue"u8,
        101 => "Switching Protocols"u8,
        200 => "OK"u8,
        201 => "Created"u8,
        202 => "Accepted"u8,
        203 => "Non-Authoritative Information"u8,
        204 => "No Content"u8,
        205 => "Reset Content"u8,
        206 => "Partial Content"u8,
        _ => default,
    };

    private static ReadOnlySpan<byte> Redirection(int statusCode) => statusCode switch
    {
        300 => "Multiple Choices"u8,
        301 => "Moved Permanently"u8,
        302 => "Found"u8,
        303 => "See Other"u8,
        304 => "Not Modified"u8,
        307 => "Temporary Redirect"u8,
        308 => "Permanent Redirect"u8,
        _ => default,
    };

    private static ReadOnlySpan<byte> ClientError(int statusCode) => statusCode switch
    {
        400 => "Bad Request"u8,
        401 => "Authorization Required"u8,
        402 => "Payment Required"u8,
        403 => "Forbidden"u8,
        404 => "Not Found"u8,
        405 => "Not Allowed"u8,
        406 => "Not Acceptable"u8,
        408 => "Request Time-out"u8,
        409 => "Conflict"u8,
        410 => "Gone"u8,
        411 => "Length Required"u8,
        412 => "Precondition Failed"u8,
        413 => "Request Entity Too Large"u8,
        414 => "Request-URI Too Large"u8,
        415 => "Unsupported Media Type"u8,
        416 => "Requested Range Not Satisfiable"u8,
        417 => "Expectation Failed"u8,
        421 => "Misdirected Request"u8,
        422 => "Unprocessable Content"u8,
        426 => "Upgrade Required"u8,
        428 => "Precondition Required"u8,
        429 => "Too Many Requests"u8,
        431 => "Request Header Fields Too Large"u8,
        451 => "Unavailable For Legal Reasons"u8,
        _ => default,
    };

    private static ReadOnlySpan<byte> ServerError(int statusCode) => statusCode switch
    {
        500 => "Internal Server Error"u8,
        501 => "Not Implemented"u8,
        502 => "Bad Gateway"u8,
        503 => "Service Temporarily Unavailable"u8,
        504 => "Gateway Time-out"u8,
        505 => "HTTP Version Not Supported"u8,
        507 => "Insufficient Storage"u8,
        511 => "Network Authentication Required"u8,
        _ => default,
    };
}
