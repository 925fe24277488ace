namespace Weir.Diagnosis;

/// <summary>The server that Node.js runs: <c>node:http</c> as it comes, and a line for every request that reached it.</summary>
internal static class NodeServerScript
{
    public const string Text = """
        const http = require('node:http');

        const server = http.createServer((request, response) => {
          request.resume();
          request.on('end', () => {
            response.end('ok\n');
            const trace = request.headers['x-amzn-trace-id'] ?? '-';
            console.log(new Date().toISOString(), trace, request.method, request.url, response.statusCode);
          });
        });

        const { PORT, KEEP_ALIVE_TIMEOUT, HEADERS_TIMEOUT } = process.env;
        if (KEEP_ALIVE_TIMEOUT) server.keepAliveTimeout = Number(KEEP_ALIVE_TIMEOUT);
        if (HEADERS_TIMEOUT) server.headersTimeout = Number(HEADERS_TIMEOUT);
        server.listen(Number(PORT), '127.0.0.1');

        // Whoever started this has gone when its end of the pipe has.
        process.stdin.resume();
        process.stdin.on('end', () => process.exit());

        """;
}
