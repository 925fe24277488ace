using System.Net.WebSockets;

namespace Weir.EndToEnd.Tests;

/// <summary>Much through one socket, and many sockets with nothing in them.</summary>
[NativeOnly]
[Collection(AloneCollection.Name)]
public sealed class WebSocketLoadTests
{
    private const long EchoBytes = 1024L * 1024 * 1024;
    private const int PieceBytes = 256 * 1024;

    // Buffers of both connections are 64 KiB each; the rest is what the allocator and the runtime have moved about.
    private const long AllowedGrowthBytes = 20L * 1024 * 1024;

    // Clients and target are in this process, which needs a descriptor for each.
    private const int Idle = 1_000;

    // Clients are here, and their target is a process of its own: the hard limit of descriptors is for one process.
    private const int IdleLong = 10_000;

    // What this process has open besides: its assemblies, and what tests before have left.
    private const int OpenBesides = 1_000;

    // Two connections with their sockets' heads and states, and the exchange between them. Measured: see docs/performance.md.
    private const long MostBytesPerSocket = 16 * 1024;

    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Echo_OfOneGibibyte_TakesConstantMemory()
    {
        await using EchoServer server = await EchoServer.Start();
        await using WeirProcess weir = await WebSocketTests.Start("ws", server.Url, null);
        using ClientWebSocket socket = await WebSocketTests.Connect(weir, "ws");
        await Exchange(socket, PieceBytes);
        long before = weir.ResidentBytes();
        weir.ForgetPeak();

        Assert.Equal(EchoBytes, await Exchange(socket, EchoBytes));
        Assert.InRange(weir.PeakResidentBytes() - before, long.MinValue, AllowedGrowthBytes);
    }

    [Fact]
    public async Task Sockets_Idle_CostLittleAndStayUsable()
    {
        await using EchoServer server = await EchoServer.Start();
        await HoldIdle(Idle, server.Url);
    }

    [Fact(Explicit = true)]
    public async Task Sockets_TenThousandIdle_CostLittleAndStayUsable()
    {
        int descriptors = SoftLimit();
        Assert.SkipUnless(descriptors >= IdleLong + OpenBesides, $"{descriptors} open files are not enough for {IdleLong} clients in one process");
        using ExpressTarget express = await ExpressTarget.StartAsync("sockets");
        await HoldIdle(IdleLong, express.Url);
        for (int i = 0; i < IdleLong; i++)
        {
            // Each of them was one of the target's, up to now.
            Assert.Equal("closed 1006", await express.ReadLine());
        }
    }

    // Where descriptors are not for all of them in one node, several share them.
    private static async Task HoldIdle(int count, string target)
    {
        var nodes = new List<(WeirProcess Weir, List<ClientWebSocket> Sockets)>();
        try
        {
            int held = 0;
            while (held < count)
            {
                WeirProcess weir = await WebSocketTests.Start("ws", target, null, "--idle-timeout", "600");
                var sockets = new List<ClientWebSocket>();
                nodes.Add((weir, sockets));
                int most = (int)(await weir.ReadMetrics())["weir_client_connections_limit"];
                sockets.Add(await WebSocketTests.Connect(weir, "ws"));
                await Exchange(sockets[0], PieceBytes);
                long before = weir.ResidentBytes();
                while (sockets.Count < Math.Min(count - held, most))
                {
                    sockets.Add(await WebSocketTests.Connect(weir, "ws"));
                }

                held += sockets.Count;
                long each = (weir.ResidentBytes() - before) / sockets.Count;
                TestContext.Current.SendDiagnosticMessage(
                    "{0} idle sockets of {1} through node {2} ({3} at most): {4} bytes each", sockets.Count, count, nodes.Count, most, each);
                Assert.InRange(each, 0, MostBytesPerSocket);
            }

            // All at once, and each of them still there.
            int inFlight = 0;
            foreach ((WeirProcess weir, _) in nodes)
            {
                inFlight += (int)(await weir.ReadMetrics())["weir_requests_in_flight"];
            }

            Assert.Equal(count, inFlight);
            foreach (ClientWebSocket socket in nodes.SelectMany(static node => node.Sockets))
            {
                Assert.Equal(1, await Exchange(socket, 1));
            }

            nodes.ForEach(static node => node.Sockets.ForEach(static socket => socket.Dispose()));
            foreach ((WeirProcess weir, _) in nodes)
            {
                await weir.WhenQuiet();
            }
        }
        finally
        {
            foreach ((WeirProcess weir, List<ClientWebSocket> sockets) in nodes)
            {
                sockets.ForEach(static socket => socket.Dispose());
                await weir.DisposeAsync();
            }
        }
    }

    // The runtime raises it to the hard one at its start.
    private static int SoftLimit() => int.Parse(
        File.ReadLines("/proc/self/limits").Single(static line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3],
        System.Globalization.CultureInfo.InvariantCulture);

    // Sends so many bytes in pieces of one message, and counts what comes back.
    private static async Task<long> Exchange(ClientWebSocket socket, long bytes)
    {
        CancellationToken limit = Deadline.Token(_limit);
        byte[] piece = new byte[PieceBytes];
        var sending = Task.Run(async () =>
        {
            for (long sent = 0; sent < bytes; sent += PieceBytes)
            {
                int count = (int)Math.Min(PieceBytes, bytes - sent);
                await socket.SendAsync(new ArraySegment<byte>(piece, 0, count), WebSocketMessageType.Binary, sent + count == bytes, limit);
            }
        }, limit);
        byte[] buffer = new byte[PieceBytes];
        long received = 0;
        WebSocketReceiveResult got;
        do
        {
            got = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), limit);
            received += got.Count;
        }
        while (!got.EndOfMessage);
        await sending;
        return received;
    }
}
