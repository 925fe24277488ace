using System.Net;
using System.Net.Sockets;

namespace Weir.EndToEnd.Tests;

/// <summary>Addresses that are not plain IPv4 ones: an IPv6 listener, a target with a name.</summary>
public sealed class AddressTests
{
    [Fact]
    public async Task IPv6Listener_OneRequest_ShowsInForwardedHeadersAndLog()
    {
        Assert.SkipUnless(HasIPv6Loopback(), "this machine has no IPv6 loopback address");
        using RawTarget target = RawTarget.Answering("hello");
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url, "--listen", "[::1]:0");
        using RawClient client = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, weir.Port));

        await client.Send($"GET /six HTTP/1.1\r\nHost: [::1]:{weir.Port}\r\n\r\n");
        Assert.Equal("hello", (await client.ReadResponse()).Body);
        int clientPort = client.LocalPort;
        client.Dispose();
        LogLine line = Assert.Single(await weir.StopAndReadLog());

        Assert.Equal($"http://[::1]:{weir.Port}", weir.Events("listening")[0].GetProperty("url").GetString());
        var head = new RawResponse(Assert.Single(target.Heads), "");
        Assert.Equal(
            ["::1", "http", $"{weir.Port}", $"[::1]:{weir.Port}"],
            new[] { "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port", "Host" }.Select(name => Assert.Single(head.Fields(name))));
        Assert.Equal(LogLine.FieldCount, line.Count);
        Assert.Equal($"::1:{clientPort}", line[4]);
        Assert.Equal([target.Key, "200", "200"], [line.Target, line.ElbStatus, line.TargetStatus]);
        Assert.Equal($"\"GET http://[::1]:{weir.Port}/six HTTP/1.1\"", line[13]);
    }

    [Fact]
    public async Task IPv6Client_WithItsPortAsked_IsForwardedInBrackets()
    {
        Assert.SkipUnless(HasIPv6Loopback(), "this machine has no IPv6 loopback address");
        using RawTarget target = RawTarget.Answering("hello");
        await using WeirProcess weir = await WeirProcess.StartAsync(
            "--target", target.Url, "--listen", "[::1]:0", "--attribute", "routing.http.xff_client_port.enabled=true");
        using RawClient client = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, weir.Port));

        await client.Send(RawClient.Get());
        Assert.Equal("hello", (await client.ReadResponse()).Body);
        Assert.Contains($"\r\nX-Forwarded-For: [::1]:{client.LocalPort}\r\n", Assert.Single(target.Heads), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Target_GivenByName_IsKnownByItsAddress()
    {
        using RawTarget target = RawTarget.Answering("hello");
        // Where the name has an IPv6 address as well, that is a second target, and nothing listens there.
        await using WeirProcess weir = await (await WeirProcess.StartAsync("--target", $"http://localhost:{target.Port}")).WhenHealthy();

        Assert.Equal("hello", (await RawClient.Ask(weir.Port, RawClient.Get())).Body);
        Metrics metrics = await weir.WhenQuiet();
        Assert.Equal(1, metrics[$"weir_target_healthy{{target_group=\"weir\",target=\"{target.Key}\"}}"]);
        Assert.Equal(1, metrics["weir_target_2xx_total"]);
        LogLine line = Assert.Single(await weir.StopAndReadLog());
        Assert.Equal([target.Key, "200", "200"], [line.Target, line.ElbStatus, line.TargetStatus]);
        Assert.Equal($"\"{target.Key}\"", line[26]);
    }

    private static bool HasIPv6Loopback()
    {
        try
        {
            using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
