using System.Net;
using System.Net.Sockets;

namespace Weir.EndToEnd.Tests;

/// <summary>`weir probe` as a command: what it sends, how it ends, and what it shows of what a target says.</summary>
public sealed class ProbeCommandTests
{
    // A target that shows itself as a load balancer is not measured, and so the run is short.
    private const string LoadBalancer = "Set-Cookie: AWSALB=abc; Path=/\r\n";

    [Fact]
    public async Task Probe_WhereNobodyListens_SaysSoAndExits1()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        ProgramRun run = await ProgramRun.OfWeir("probe", $"http://{socket.LocalEndPoint}/");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal($"error: {socket.LocalEndPoint} refuses connections: nothing listens there\n", run.Errors);
    }

    [Theory]
    [InlineData("Server: awselb/2.0\r\n", "its Server header is awselb/2.0")]
    [InlineData("Set-Cookie: AWSALB=abc; Path=/\r\n", "it sets the cookie AWSALB")]
    public async Task Probe_OfALoadBalancer_SaysToProbeTheTarget(string field, string sign)
    {
        using var target = RawTarget.Answering("ok", field);

        ProbeRun probe = await ProbeRun.Of(target.Url);

        Assert.Equal((ProbeRun.NotMeasured, "load_balancer"), (probe.ExitCode, probe.Reason));
        Assert.Equal(sign, probe.Document.GetProperty("load_balancer").GetString());
        Assert.EndsWith("Probe the target itself.", probe.Document.GetProperty("verdict").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_WithHostHeadersAndAnotherAddress_SendsWhatItWasTold()
    {
        using var target = RawTarget.Answering("ok", LoadBalancer);

        await ProgramRun.OfWeir(
            "probe", "http://shop.example:8080/health?deep=1", "--connect-to", target.Key, "--host", "inner.example", "--header", "X-Forwarded-Proto: https", "--header", "X-Two:2");

        Assert.Equal(2, target.Heads.Count);
        Assert.All(target.Heads, static head =>
        {
            Assert.StartsWith("GET /health?deep=1 HTTP/1.1\r\nHost: inner.example\r\nX-Forwarded-Proto: https\r\nX-Two: 2\r\n", head, StringComparison.Ordinal);
            Assert.Matches("\r\nUser-Agent: weir-probe/[0-9.]+", head);
        });
        Assert.Single(target.Heads, static head => head.Contains("\r\nConnection: keep-alive\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Probe_OfHostileTexts_ShowsThemInert()
    {
        const string Evil = "\u001b]0;title\u0007\u001b[2J\u009b31m\u00e2\u0080\u00ae[red]</script>";
        using var target = RawTarget.Answering("ok", $"{LoadBalancer}Server: {Evil}{new string('s', 10_000)}\r\n");

        ProgramRun text = await ProgramRun.OfWeir("probe", target.Url);
        ProbeRun json = await ProbeRun.Of(target.Url);

        Assert.DoesNotContain(text.Output + text.Errors, static c => c is (< ' ' and not '\n') or (> '~' and < '\u00a0') or '\u00e2' or '\u202e');
        Assert.All(text.Output.Split('\n'), static line => Assert.InRange(line.Length, 0, 100));
        Assert.Matches("^[ -~]{1,80}$", json.Document.GetProperty("server").GetProperty("claim").GetString()!);
    }

    // A balancer whose target group is of HTTP2 offers nothing else either.
    [Fact]
    public async Task Probe_OverHttp2OfATargetThatDoesNotChooseIt_SaysWhatABalancerWouldMeet()
    {
        await using TlsTarget target = TlsTarget.Start();

        ProgramRun run = await ProgramRun.OfWeir("probe", target.Url, "--http2");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal(
            $"error: {target.Url["https://".Length..]} does not choose HTTP/2 (h2) by ALPN: a balancer with a target group of HTTP2 cannot use it\n", run.Errors);
    }

    [Fact]
    public async Task Probe_WithEverythingWrong_NamesEachAndWhatIsAllowed()
    {
        ProgramRun run = await ProgramRun.OfWeir("probe", "ftp://host/", "--connections", "17", "--idle-timeout", "0", "--header", "nothing");

        Assert.Equal((64, ""), (run.ExitCode, run.Output));
        Assert.All(
            (string[])["URL ftp://host/", "--connections 17: this is not a number that it takes; allowed: 1–16", "--idle-timeout 0", "--header nothing: this is not a header; allowed: NAME: VALUE"],
            problem => Assert.Contains($"error: {problem}", run.Errors, StringComparison.Ordinal));
    }
}
