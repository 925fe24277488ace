namespace Weir.EndToEnd.Tests;

/// <summary>
/// Node.js as the first `node` on the PATH, whose node:http2 ends idle connections without a word: no GOAWAY, which no server that
/// Weir sets up leaves out. 5 s, as `weir reproduce` sets it, are 2. Owned by one test.
/// </summary>
internal sealed class SilentHttp2Node : IDisposable
{
    private readonly TempFolder _folder = new();

    public SilentHttp2Node()
    {
        string preload = _folder.Write(
            "preload.js",
            """
            const http2 = require('node:http2');
            const create = http2.createServer;
            http2.createServer = handler => {
              const server = create(handler);
              let socket;
              server.prependListener('connection', accepted => { socket = accepted; });
              server.setTimeout = time => server.on('session', session => {
                const own = socket;
                session.setTimeout(time === 5000 ? 2000 : time, () => own.destroy());
              });
              return server;
            };
            """);
        string program = _folder.Write("node", $"#!/bin/sh\nexec '{ServerProgram.Find("node")}' --require '{preload}' \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string script = _folder.Write(
            "server.js",
            """
            const server = require('node:http2').createServer((request, response) => {
              request.resume().on('end', () => response.end('ok\n'));
            });
            server.setTimeout(5000);
            server.listen(Number(process.env.PORT), '127.0.0.1');
            """);
        Command = $"exec '{program}' '{script}'";
    }

    /// <summary>What starts a server of one's own with it.</summary>
    public string Command { get; }

    /// <summary>Runs `weir reproduce` with it.</summary>
    public Task<ProgramRun> Reproduce(TimeSpan limit, params string[] options)
    {
        string path = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        return ProgramRun.Of("env", [$"PATH={path}", .. WeirBinary.Command, "reproduce", "--protocol-version", "HTTP2", .. options], limit);
    }

    public void Dispose() => _folder.Dispose();
}
