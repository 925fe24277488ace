using System.Net;
using System.Net.Sockets;

namespace Weir.EndToEnd.Tests;

public sealed class ConnectTimeoutTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    // Ten seconds, which no option shortens.
    [Fact(Explicit = true)]
    public async Task Target_ThatAcceptsNoConnection_Is504AfterTenSeconds()
    {
        // A full queue: Linux then drops what would open another connection.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(full.LocalEndPoint!, Deadline.Token());
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", $"http://{full.LocalEndPoint}");
        using RawClient client = await RawClient.ConnectAsync(weir.Port);

        await client.Send("GET / HTTP/1.1\r\nHost: e2e.test\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 504 Gateway Time-out\r\n", await client.ReadToEnd(_limit), StringComparison.Ordinal);
        client.Dispose();
        Metrics metrics = await weir.WhenQuiet();
        Assert.Equal(1, metrics["weir_failures_total{reason=\"connect_timeout\",side=\"target\"}"]);
        Assert.Equal(1, metrics["weir_elb_504_total"]);
        Assert.Equal(1, metrics["weir_target_connection_errors_total"]);
        LogLine line = Assert.Single(await weir.StopAndReadLog());
        Assert.Equal([full.LocalEndPoint!.ToString(), "-1", "-1", "-1", "504", "-"], Enumerable.Range(5, 6).Select(field => line[field]));
        TimeSpan took = DateTime.Parse(line[2], null) - DateTime.Parse(line[22], null);
        Assert.InRange(took.TotalSeconds, 9.9, 11);
    }

    // The kernel accepts for it, and nobody says anything.
    [Fact(Explicit = true)]
    public async Task Target_ThatSaysNothingOfTls_Is504AfterTenSeconds()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(16);
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", $"https://{silent.LocalEndPoint}");
        using RawClient client = await RawClient.ConnectAsync(weir.Port);

        await client.Send("GET / HTTP/1.1\r\nHost: e2e.test\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 504 Gateway Time-out\r\n", await client.ReadToEnd(_limit), StringComparison.Ordinal);
        client.Dispose();
        Metrics metrics = await weir.WhenQuiet();
        Assert.Equal(1, metrics["weir_failures_total{reason=\"target_tls_timeout\",side=\"target\"}"]);
        LogLine line = Assert.Single(await weir.StopAndReadLog());
        Assert.Equal([silent.LocalEndPoint!.ToString(), "-1", "-1", "-1", "504", "-"], Enumerable.Range(5, 6).Select(field => line[field]));
        TimeSpan took = DateTime.Parse(line[2], null) - DateTime.Parse(line[22], null);
        Assert.InRange(took.TotalSeconds, 9.9, 11);
    }
}
