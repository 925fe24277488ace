using System.Collections.Frozen;
using System.Text;

namespace Weir.Balancer;

/// <summary>
/// The responses that the balancer makes itself, byte for byte as ALB makes them; only the date is filled in when one
/// is sent. Source: ALB, observed (see docs/compatibility.md for which phrases are confirmed).
/// </summary>
internal sealed class ErrorPage
{
    public const string PlainHttp = "The plain HTTP request was sent to HTTPS port";

    private static readonly FrozenDictionary<int, string> _phrases = new Dictionary<int, string>
    {
        [400] = "Bad Request",
        [405] = "Not Allowed",
        [408] = "Request Time-out",
        [414] = "Request-URI Too Large",
        [460] = "Client Closed Connection",
        [463] = "Too Many X-Forwarded-For Addresses",
        [464] = "Incompatible Protocol Version",
        [500] = "Internal Server Error",
        [501] = "Not Implemented",
        [502] = "Bad Gateway",
        [503] = "Service Temporarily Unavailable",
        [504] = "Gateway Time-out",
        [505] = "HTTP Version Not Supported",
    }.ToFrozenDictionary();

    private static readonly ErrorPage?[] _pages = Build();

    private ErrorPage(FailureRow row)
    {
        string status = $"{row.StatusCode} {_phrases[row.StatusCode]}";
        // Source: ALB, observed: this page alone has another title.
        string title = row.PageDetail == PlainHttp ? $"{row.StatusCode} {PlainHttp}" : status;
        string detail = row.PageDetail.Length == 0 ? "" : $"<center>{row.PageDetail}</center>\r\n";
        Body = Encoding.ASCII.GetBytes(
            $"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n{detail}</body>\r\n</html>\r\n");
        StatusLine = Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n");
        Fields = Encoding.ASCII.GetBytes($"Content-Type: text/html\r\nContent-Length: {Body.Length}\r\n");
    }

    /// <summary>With its line end.</summary>
    public byte[] StatusLine { get; }

    /// <summary>Content-Type and Content-Length, with their line ends.</summary>
    public byte[] Fields { get; }

    public byte[] Body { get; }

    /// <summary>The page of a failure that has a status code.</summary>
    public static ErrorPage Of(FailureReason reason) => _pages[(int)reason]!;

    private static ErrorPage?[] Build()
    {
        var pages = new ErrorPage?[Enum.GetValues<FailureReason>().Length];
        foreach (FailureRow row in FailureTable.Rows)
        {
            pages[(int)row.Reason] = row.StatusCode == 0 ? null : new ErrorPage(row);
        }

        return pages;
    }
}
