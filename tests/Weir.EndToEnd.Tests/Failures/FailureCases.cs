namespace Weir.EndToEnd.Tests;

/// <summary>Every failure that can be brought about from outside in a second or two, one row each.</summary>
// Source: ALB user guide, troubleshooting; access log entries
internal static class FailureCases
{
    private const string Unreadable = "- http://LB:PORT- -";
    private const string Get = "GET / HTTP/1.1\r\nHost: e2e.test\r\n\r\n";
    private const string GetLine = "GET http://e2e.test:PORT/ HTTP/1.1";
    private const string Post = "POST /up HTTP/1.1\r\nHost: e2e.test\r\nContent-Length: 10\r\n\r\n01234";
    private const string PostLine = "POST http://e2e.test:PORT/up HTTP/1.1";
    private const string BadGateway = "502 Bad Gateway";

    private static readonly string[] _idleSecond = ["--idle-timeout", "1"];

    // Made anew for each test: some rows hold the gate between their client and their target.
    public static IReadOnlyList<FailureCase> All =>
        [.. OfTheRequest(), .. OfTheClient(), .. OnTheWayToTheTarget(), .. OfTheTarget(), .. InTheResponse()];

    private static IEnumerable<FailureCase> OfTheRequest() =>
    [
        new("malformed")
        {
            Reason = "malformed_request", Side = "client", Request = "this is no request\r\n\r\n",
            Response = Page.Closing("400 Bad Request"), Outcome = "- -1 -1 -1 400 - 0 272", RequestLine = Unreadable,
            Classification = "\"Severe\" \"BadVersion\"", Counters = ["weir_non_compliant_requests_total"],
        },
        new("missing host")
        {
            Reason = "missing_host", Side = "client", Request = "GET / HTTP/1.1\r\n\r\n",
            Response = Page.Closing("400 Bad Request"), Outcome = "- -1 -1 -1 400 - 0 272", RequestLine = Unreadable,
        },
        new("severe desync")
        {
            Reason = "severe_desync", Side = "client",
            Request = "POST / HTTP/1.1\r\nHost: e2e.test\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
            Response = Page.Closing("400 Bad Request"), Outcome = "- -1 -1 -1 400 - 72 272",
            RequestLine = "POST http://e2e.test:PORT/ HTTP/1.1",
            Classification = "\"Severe\" \"MultipleTransferEncodingChunked\"", Counters = ["weir_non_compliant_requests_total"],
        },
        new("headers too large")
        {
            Reason = "request_headers_too_large", Side = "client",
            Request = $"GET / HTTP/1.1\r\nHost: e2e.test\r\nX-Long: {new string('x', 16 * 1024)}\r\n\r\n",
            Response = Page.Closing("400 Bad Request"), Outcome = "- -1 -1 -1 400 - 0 272", RequestLine = Unreadable,
        },
        new("request line too long")
        {
            Reason = "request_line_too_long", Side = "client",
            Request = $"GET /{new string('x', 16 * 1024)} HTTP/1.1\r\nHost: e2e.test\r\n\r\n",
            Response = Page.Closing("414 Request-URI Too Large"), Outcome = "- -1 -1 -1 414 - 0 302", RequestLine = Unreadable,
        },
        new("TRACE")
        {
            Reason = "method_not_allowed", Side = "client",
            Request = "TRACE /x HTTP/1.1\r\nHost: e2e.test\r\nUser-Agent: \"quoted\"\r\n\r\n",
            Response = Page.Keeping("405 Not Allowed"), Outcome = "- -1 -1 -1 405 - 59 277",
            RequestLine = "TRACE http://e2e.test:PORT/x HTTP/1.1", UserAgent = "\\x22quoted\\x22",
        },
        new("too many forwarded addresses")
        {
            Reason = "too_many_forwarded_addresses", Side = "client",
            Request = $"GET / HTTP/1.1\r\nHost: e2e.test\r\nX-Forwarded-For: {string.Join(", ", Enumerable.Repeat("10.0.0.1", 31))}\r\n\r\n",
            Response = Page.Keeping("463 Too Many X-Forwarded-For Addresses"), Outcome = "- -1 -1 -1 463 - 361 346", RequestLine = GetLine,
        },
        new("transfer coding")
        {
            Reason = "transfer_coding_not_supported", Side = "client",
            Request = "POST / HTTP/1.1\r\nHost: e2e.test\r\nTransfer-Encoding: gzip\r\n\r\n",
            Response = Page.Closing("501 Not Implemented"), Outcome = "- -1 -1 -1 501 - 0 284", RequestLine = Unreadable,
        },
        new("HTTP/2 preface")
        {
            Reason = "version_not_supported", Side = "client", Request = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            Response = Page.Closing("505 HTTP Version Not Supported"), Outcome = "- -1 -1 -1 505 - 0 317", RequestLine = Unreadable,
        },
        new("HTTP/0.9")
        {
            Reason = "version_not_supported", Side = "client", Request = "GET /\r\n",
            Response = Page.Closing("505 HTTP Version Not Supported"), Outcome = "- -1 -1 -1 505 - 0 317", RequestLine = Unreadable,
            Classification = "\"Acceptable\" \"NonCompliantVersion\"", Counters = ["weir_non_compliant_requests_total"],
        },
    ];

    private static IEnumerable<FailureCase> OfTheClient() =>
    [
        new("silent in its head")
        {
            Reason = "client_silent", Side = "client", Options = _idleSecond, Request = "GET / HTTP/1.1\r\nHo",
            Response = Page.Closing("408 Request Time-out"), Outcome = "- -1 -1 -1 408 - 0 287", RequestLine = Unreadable,
            Classification = "\"Ambiguous\" \"PartialHeaderLine\"", Counters = ["weir_non_compliant_requests_total"],
        },
        new("silent in its body")
        {
            Reason = "client_silent", Side = "client", Options = _idleSecond, Request = Post, Serve = static exchange => exchange.WaitForEnd(),
            Response = Page.Closing("408 Request Time-out"), Outcome = "- -1 -1 -1 408 - 62 287", RequestLine = PostLine,
            Counters = ["weir_target_connections_opened_total"],
        },
        new("ends in its head")
        {
            Reason = "client_closed_in_request", Side = "client", Request = "GET / HTTP/1.1\r\nHo",
            Then = static client => { client.EndSending(); return Task.CompletedTask; },
            Response = Page.Closing("400 Bad Request"), Outcome = "- -1 -1 -1 400 - 0 272", RequestLine = Unreadable,
            Classification = "\"Ambiguous\" \"PartialHeaderLine\"", Counters = ["weir_non_compliant_requests_total"],
        },
        new("ends in its body")
        {
            Reason = "client_closed_in_request", Side = "client", Request = Post, Serve = static exchange => exchange.WaitForEnd(),
            Then = static client => { client.EndSending(); return Task.CompletedTask; },
            Response = Page.Closing("400 Bad Request"), Outcome = "- -1 -1 -1 400 - 62 272", RequestLine = PostLine,
            Counters = ["weir_target_connections_opened_total"],
        },
        new("broken chunk")
        {
            Reason = "malformed_request_body", Side = "client", Serve = static exchange => exchange.WaitForEnd(),
            Request = "POST /up HTTP/1.1\r\nHost: e2e.test\r\nTransfer-Encoding: chunked\r\n\r\n",
            Then = static client => client.Send("no size\r\n"),
            Response = Page.Closing("400 Bad Request"), Outcome = "- -1 -1 -1 400 - N 272", RequestLine = PostLine,
            Counters = ["weir_target_connections_opened_total"],
        },
        new("ends while its answer is outstanding")
        {
            Reason = "client_closed", Side = "client", Request = Get, Serve = static exchange => exchange.WaitForEnd(),
            Then = static client => { client.EndSending(); return Task.CompletedTask; },
            Outcome = "T t -1 -1 460 - 34 0", RequestLine = GetLine, Counters = ["weir_target_connections_opened_total"],
        },
        new("resets while its answer is outstanding")
        {
            Reason = "client_closed", Side = "client", Request = Get, Serve = static exchange => exchange.WaitForEnd(), ReadsNothing = true,
            Then = static client => { client.Reset(); return Task.CompletedTask; },
            Outcome = "T t -1 -1 460 - 34 0", RequestLine = GetLine, Counters = ["weir_target_connections_opened_total"],
        },
    ];

    private static IEnumerable<FailureCase> OnTheWayToTheTarget() =>
    [
        new("no targets")
        {
            Reason = "no_targets", Side = "target", Request = Get, Target = FailureTarget.None,
            Response = Page.Keeping("503 Service Temporarily Unavailable"), Outcome = "- -1 -1 -1 503 - 34 337", RequestLine = GetLine,
        },
        new("refused")
        {
            Reason = "connect_refused", Side = "target", Request = Get, Target = FailureTarget.Refusing,
            Response = Page.Keeping(BadGateway), Outcome = "T -1 -1 -1 502 - 34 277", RequestLine = GetLine,
            Counters = ["weir_target_connection_errors_total", "weir_unhealthy_routing_requests_total"],
        },
        new("unreachable")
        {
            Reason = "connect_unreachable", Side = "target", Request = Get, Target = FailureTarget.Unreachable,
            Response = Page.Keeping(BadGateway), Outcome = "T -1 -1 -1 502 - 34 277", RequestLine = GetLine,
            Counters = ["weir_target_connection_errors_total", "weir_unhealthy_routing_requests_total"],
        },
    ];

    private static IEnumerable<FailureCase> OfTheTarget() =>
    [
        Target("closes with FIN", "target_closed", static exchange => { exchange.Close(); return Task.CompletedTask; }),
        Target("closes with RST", "target_closed", static exchange => { exchange.Reset(); return Task.CompletedTask; }),
        Target("closes in its head", "target_closed", static async exchange =>
        {
            await exchange.Send("HTTP/1.1 200 OK\r\nContent-");
            exchange.Close();
        }),
        Target("answers no HTTP", "malformed_response", static exchange => exchange.Send("hello\r\n\r\n")),
        Target("repeats Content-Length with another value", "malformed_response", static exchange =>
            exchange.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")),
        Target("switches protocols unasked", "malformed_response", static exchange =>
            exchange.Send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")),
        Target("sends 32 K of headers", "response_headers_too_large", static exchange =>
            exchange.Send($"HTTP/1.1 200 OK\r\nX-Long: {new string('x', 32 * 1024)}\r\nContent-Length: 0\r\n\r\n")),
        Target("stays silent", "target_silent", static exchange => exchange.WaitForEnd()) with
        {
            Options = _idleSecond, Response = Page.Keeping("504 Gateway Time-out"), Outcome = "T t -1 -1 504 - 34 292",
        },
        Target("stops in its head", "target_silent", static async exchange =>
        {
            await exchange.Send("HTTP/1.1 200 OK\r\n");
            await exchange.WaitForEnd();
        }) with
        {
            Options = _idleSecond, Response = Page.Keeping("504 Gateway Time-out"), Outcome = "T t -1 -1 504 - 34 292",
        },
    ];

    private static FailureCase Target(string name, string reason, Func<TargetExchange, Task> serve, params string[] counters) => new("target " + name)
    {
        Reason = reason,
        Side = "target",
        Request = Get,
        Serve = serve,
        Response = Page.Keeping(BadGateway),
        Outcome = "T t t -1 502 - 34 277",
        RequestLine = GetLine,
        Counters = ["weir_target_connections_opened_total", .. counters],
    };

    private static IEnumerable<FailureCase> InTheResponse() =>
    [
        Cut("closes in a body of known length", "target_closed_in_response", "Content-Length: 10\r\n", "01234"),
        Cut("closes in a chunked body", "target_closed_in_response", "Transfer-Encoding: chunked\r\n", "5\r\n01234\r\n"),
        Cut("breaks its chunks", "malformed_response_body", "Transfer-Encoding: chunked\r\n", "5\r\n01234\r\nno size\r\n"),
        Cut("falls silent in its body", "target_silent_in_response", "Content-Length: 10\r\n", "01234", closes: false) with { Options = _idleSecond },
        Target("breaks its first chunk together with its head", "malformed_response", static exchange =>
            exchange.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n")),
        new("client closes in its response")
        {
            Reason = "client_closed_in_response", Side = "client", Request = Get, ReadsNothing = true,
            Serve = static async exchange =>
            {
                await exchange.Send($"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
                await exchange.WaitForEnd();
            },
            Then = static async client =>
            {
                await client.ReadThrough("\r\n\r\n");
                client.Reset();
            },
            Outcome = "T t t t 200 200 34 N", RequestLine = GetLine,
            Counters = ["weir_target_connections_opened_total", "weir_target_2xx_total"],
        },
        new("client takes nothing of its response")
        {
            Reason = "client_silent_in_response", Side = "client", Request = Get, ReadsNothing = true, Options = _idleSecond,
            Serve = static async exchange =>
            {
                byte[] piece = new byte[1024 * 1024];
                await exchange.Send($"HTTP/1.1 200 OK\r\nContent-Length: {64 * piece.Length}\r\n\r\n");
                for (int i = 0; i < 64; i++)
                {
                    await exchange.Send(piece);
                }
            },
            Outcome = "T t t t 200 200 34 N", RequestLine = GetLine,
            Counters = ["weir_target_connections_opened_total", "weir_target_2xx_total"],
        },
    ];

    // The fault must not show before the head is through: what fails earlier is answered with a page.
    private static FailureCase Cut(string name, string reason, string framing, string body, bool closes = true)
    {
        var headIsThrough = new TaskCompletionSource();
        return new("target " + name)
        {
            Reason = reason,
            Side = "target",
            Request = Get,
            Serve = async exchange =>
            {
                await exchange.Send($"HTTP/1.1 200 OK\r\n{framing}\r\n");
                await headIsThrough.Task;
                await exchange.Send(body);
                if (closes)
                {
                    exchange.Close();
                }
                else
                {
                    await exchange.WaitForEnd();
                }
            },
            Then = async client =>
            {
                Assert.Equal($"HTTP/1.1 200 OK\r\n{framing}Connection: keep-alive\r\n\r\n", await client.ReadThrough("\r\n\r\n"));
                headIsThrough.SetResult();
            },
            Response = reason == "malformed_response_body" ? "" : body,
            Outcome = "T t t t 200 200 34 N",
            RequestLine = GetLine,
            Counters = ["weir_target_connections_opened_total", "weir_target_2xx_total"],
        };
    }
}
