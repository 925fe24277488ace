namespace Weir.Diagnosis;

/// <summary>The servers that Node.js runs: <c>node:http</c> as it comes, or <c>node:http2</c>, and a line for every request that reached it.</summary>
internal static class NodeServerScript
{
    public const string Http1 = $$"""
        const http = require('node:http');

        const server = http.createServer({{Handler}});

        const { PORT, KEEP_ALIVE_TIMEOUT, HEADERS_TIMEOUT } = process.env;
        if (KEEP_ALIVE_TIMEOUT) server.keepAliveTimeout = Number(KEEP_ALIVE_TIMEOUT);
        if (HEADERS_TIMEOUT) server.headersTimeout = Number(HEADERS_TIMEOUT);
        {{Start}}
        """;

    public const string Http2 = $$"""
        const http2 = require('node:http2');

        const server = http2.createServer({{Handler}});

        const { PORT, KEEP_ALIVE_TIMEOUT } = process.env;
        server.setTimeout(Number(KEEP_ALIVE_TIMEOUT));
        {{Start}}
        """;

    private const string Handler = """
        (request, response) => {
          request.resume();
          request.on('end', () => {
            response.end('ok\n');
            const trace = request.headers['x-amzn-trace-id'] ?? '-';
            console.log(new Date().toISOString(), trace, request.method, request.url, response.statusCode);
          });
        }
        """;

    private const string Start = """
        server.listen(Number(PORT), '127.0.0.1');

        // Whoever started this has gone when its end of the pipe has.
        process.stdin.resume();
        process.stdin.on('end', () => process.exit());

        """;
}
