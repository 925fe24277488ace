using System.Globalization;
using System.Net;
using Weir.Diagnosis;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// Node.js that closes idle connections, so far away that a request sent in the last 400 ms before the balancer hears of a close meets
/// it. What is between only delays bytes, TLS and all. Owned by one test.
/// </summary>
internal sealed class LateNode : IDisposable
{
    /// <summary>One way.</summary>
    public static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(200);

    private const string Script = """
        const [pem, kind] = [require('node:fs').readFileSync(process.argv[1]), process.argv[2]];
        const options = { key: pem, cert: pem };
        const answer = (request, response) => { request.resume(); request.on('end', () => response.end('ok')); };
        const http2 = require('node:http2');
        const server = kind === 'https' ? require('node:https').createServer(options, answer)
          : kind === 'h2' ? http2.createSecureServer(options, answer) : http2.createServer(answer);
        if (kind === 'https') server.keepAliveTimeout = 1000; else server.setTimeout(1500);
        server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
        process.stdin.resume();
        process.stdin.on('end', () => process.exit());
        """;

    private readonly ServerProcess _node;
    private readonly TempFolder _folder;
    private readonly DelayRelay _relay;
    private readonly string _scheme;
    private readonly bool _isHttp2;

    private LateNode(ServerProcess node, TempFolder folder, string kind)
    {
        string port = node.Lines.Single(static line => line.StartsWith("port ", StringComparison.Ordinal))[5..];
        _node = node;
        _folder = folder;
        _scheme = kind == "h2c" ? "http" : "https";
        _isHttp2 = kind != "https";
        _relay = new DelayRelay(new IPEndPoint(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)), Latency);
    }

    /// <summary>
    /// How long an idle connection had been so when the balancer heard of its end: as it was seen, for versions differ by a second; over
    /// HTTP/2 as it is set.
    /// </summary>
    public TimeSpan CloseAge => _isHttp2
        ? TimeSpan.FromMilliseconds(1500)
        : _relay.Connections.Select(static connection => connection.CloseAge).OfType<TimeSpan>().Max();

    public string Url => $"{_scheme}://{_relay.EndPoint}";

    /// <param name="kind">`https`: HTTP/1.1 over TLS; `h2`: HTTP/2 over TLS; `h2c`: HTTP/2 without.</param>
    public static async Task<LateNode> Start(string kind)
    {
        var folder = new TempFolder();
        TestCertificate.Write(folder.PathOf("target.pem"), "target.test");
        ServerProcess node = await ServerProcess.StartAsync("port ", "node", "-e", Script, folder.PathOf("target.pem"), kind);
        return new LateNode(node, folder, kind);
    }

    public void Dispose()
    {
        _relay.Dispose();
        _node.Dispose();
        _folder.Dispose();
    }
}
