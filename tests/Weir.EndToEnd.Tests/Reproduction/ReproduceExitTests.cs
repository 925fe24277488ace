using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Weir.EndToEnd.Tests;

/// <summary>The ends of `weir reproduce` without a story: each has an exit code of its own (docs/exit-codes.md) and a sentence.</summary>
[NativeOnly]
public sealed class ReproduceExitTests
{
    private static string Serving(string settings) =>
        "node -e 'const s = require(`http`).createServer((_, r) => r.end()).listen(process.env.PORT, `127.0.0.1`); " + settings + "'";

    private static async Task AssertEnds(int code, string sentence, TimeSpan? limit, params string[] options)
    {
        ProgramRun run = await ProgramRun.Of(
            WeirBinary.Command[0], [.. WeirBinary.Command.Skip(1), "reproduce", .. options], limit ?? TimeSpan.FromSeconds(30));

        Assert.True(run.ExitCode == code, $"exit code {run.ExitCode}: {run.Output}{run.Errors}");
        string error = Assert.Single(run.Errors.Split('\n'), static line => line.StartsWith("error: ", StringComparison.Ordinal));
        Assert.Contains(sentence, error, StringComparison.Ordinal);
        Assert.DoesNotContain("✓", run.Output, StringComparison.Ordinal);
    }

    // As it should be: told as a success, with what was seen.
    [Fact]
    public async Task Target_ThatOutlivesTheBalancer_Exits3()
    {
        ProgramRun run = await ProgramRun.OfWeir(
            "reproduce", "--idle-timeout", "1", "--command", Serving("s.keepAliveTimeout = 60000"));

        Assert.Equal(3, run.ExitCode);
        Assert.DoesNotContain("error:", run.Errors, StringComparison.Ordinal);
        Assert.Matches(
            @"✓ the target outlives the balancer's 1 s: 8 idle connections still open after \d+ s, and it says 60 s\. There is no race to be shown\.",
            Regex.Replace(run.Output, @"\s+", " "));
    }

    [Fact]
    public Task Target_ThatClosesAfterEveryAnswer_Exits4() => AssertEnds(
        4,
        "none is ever reused, and there is no race",
        null,
        "--command", Serving("s.maxRequestsPerSocket = 1"));

    // It reads the request, and closes for a reason of its own, which has nothing to do with how long the connection was idle. That
    // differs from one to the next, so that many requests come before it is over, however busy the machine.
    [Fact]
    public Task Target_ThatClosesOnTheSecondRequest_Exits8() => AssertEnds(
        8,
        "× 502 by the balancer: the target had got the request, and closed without an answer",
        TimeSpan.FromMinutes(2),
        "--command",
        "node -e 'const seen = new WeakSet(); require(`http`).createServer((q, r) => { if (seen.has(q.socket)) return q.socket.destroy(); "
            + "seen.add(q.socket); r.end(); }).on(`connection`, c => c.setTimeout(1500 + Math.random() * 1000, () => c.destroy()))"
            + ".listen(process.env.PORT, `127.0.0.1`).keepAliveTimeout = 0'");

    // Its process is there, and looks well; what fails then is no race.
    [Fact]
    public Task Target_ThatStopsListeningInTheMiddle_Exits71() => AssertEnds(
        71,
        " any more, and wrote nothing",
        null,
        "--command", Serving("let n = 0; s.keepAliveTimeout = 1000; s.on(`request`, () => { if (++n == 40) { s.close(); s.closeAllConnections(); } }); setInterval(() => {}, 1000)"));

    [Fact]
    public async Task Port_ThatIsTaken_Exits69()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await AssertEnds(69, $"another program listens on 127.0.0.1:{port} already; --port names another port", null, "--command", "true", "--port", $"{port}");
    }

    [Fact(Explicit = true)]
    public Task Command_WithAPortOfItsOwn_Exits71AndSaysHowToNameIt() => AssertEnds(
        71,
        "(it is to listen on the port in $PORT; --port names the port of a command that has its own), and wrote nothing",
        null,
        "--command", "node -e 'require(`http`).createServer((_, r) => r.end()).listen(0, `127.0.0.1`)'");

    [Fact]
    public Task Target_ThatAnswers500ByItself_Exits71() => AssertEnds(
        71,
        "the target answers GET /orders with 500 by itself, without a balancer; --path names a path that it serves",
        null,
        "--path", "/orders",
        "--command", "node -e 'require(`http`).createServer((_, r) => r.writeHead(500).end()).listen(process.env.PORT, `127.0.0.1`)'");

    [Fact]
    public async Task Descriptors_TooFew_Exits79()
    {
        ProgramRun run = await ProgramRun.Of("bash", ["-c", $"ulimit -n 256; exec {string.Join(' ', WeirBinary.Command)} reproduce"]);

        Assert.Equal((79, ""), (run.ExitCode, run.Output));
        Assert.Matches(@"^error: 8 connections at once need \d+ open files, and this process may have 256 \(ulimit -n\)\n$", run.Errors);
    }

    // It closes what is measured, and nothing after that; the race is looked for as long as a phase may take.
    [Fact(Explicit = true)]
    public Task Target_ThatStopsClosing_Exits2() => AssertEnds(
        2,
        "5 are needed",
        TimeSpan.FromMinutes(3),
        "--command", Serving("let n = 0; s.keepAliveTimeout = 0; s.on(`connection`, c => { if (++n < 12) c.setTimeout(2000, () => c.destroy()); })"));

    [Fact(Explicit = true)]
    public Task Target_ThatClosesLaterThanThereIsTimeFor_Exits5() => AssertEnds(
        5,
        "the target keeps idle connections for more than 120 s: to show a race later than that does not fit into 6 min",
        TimeSpan.FromMinutes(3),
        "--idle-timeout", "300", "--command", Serving("s.keepAliveTimeout = 200000"));
}
