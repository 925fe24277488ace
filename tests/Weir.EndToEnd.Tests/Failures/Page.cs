namespace Weir.EndToEnd.Tests;

/// <summary>The responses that an ALB makes itself, with a masked date.</summary>
// Source: ALB, observed
internal static class Page
{
    public const string MaskedDate = "Date: DATE\r\n";

    public static string Closing(string status, string detail = "") => Of(status, "close", detail);

    public static string Keeping(string status) => Of(status, "keep-alive", "");

    private static string Of(string status, string connection, string detail)
    {
        string center = detail.Length == 0 ? "" : $"<center>{detail}</center>\r\n";
        string body = $"<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n"
            + $"<center><h1>{status}</h1></center>\r\n{center}</body>\r\n</html>\r\n";
        return $"HTTP/1.1 {status}\r\nServer: awselb/2.0\r\n{MaskedDate}Content-Type: text/html\r\n"
            + $"Content-Length: {body.Length}\r\nConnection: {connection}\r\n\r\n{body}";
    }
}
