namespace Weir.EndToEnd.Tests;

/// <summary>
/// Node.js as the first `node` on the PATH, with an idle timeout that saves a test some time, and from its Nth start on
/// something wrong with it. A reproduction starts it for the race, for the fix and for the protection. Owned by one test.
/// </summary>
internal sealed class OddNode : IDisposable
{
    public const int Fix = 2;
    public const int Protection = 3;

    private readonly TempFolder _folder = new();

    /// <param name="start">Which start of the server goes wrong.</param>
    /// <param name="wrong">What it does with its `n`th request before anything else; it may return.</param>
    /// <param name="atStart">What it does first.</param>
    public OddNode(int start, string wrong = "", string atStart = "")
    {
        string starts = _folder.Write("starts", "");
        string preload = _folder.Write(
            "preload.js",
            $$"""
            const fs = require('node:fs');
            const http = require('node:http');
            fs.appendFileSync('{{starts}}', '.');
            const isOdd = fs.readFileSync('{{starts}}').length === {{start}};
            if (isOdd) { {{atStart}} }
            const create = http.createServer;
            let n = 0;
            http.createServer = handler => {
              const server = create((request, response) => {
                if (isOdd && request.url.includes('n=') && ++n) { {{wrong}} }
                handler(request, response);
              });
              server.keepAliveTimeout = 1000;
              return server;
            };
            """);
        string program = _folder.Write("node", $"#!/bin/sh\nexec '{ServerProgram.Find("node")}' --require '{preload}' \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Runs `weir reproduce` with it.</summary>
    public Task<ProgramRun> Reproduce(TimeSpan limit, params string[] options)
    {
        string path = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        return ProgramRun.Of("env", [$"PATH={path}", .. WeirBinary.Command, "reproduce", "--server", "node", .. options], limit);
    }

    public void Dispose() => _folder.Dispose();
}
