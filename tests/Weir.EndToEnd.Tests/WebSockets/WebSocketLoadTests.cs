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

    // Client and target are in this process, which needs two descriptors for each.
    private const int Idle = 1_000;
    private const int IdleLong = 10_000;

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
    public Task Sockets_Idle_CostLittleAndStayUsable() => HoldIdle(Idle);

    [Fact(Explicit = true)]
    public Task Sockets_IdleByTheThousands_CostLittleAndStayUsable() => HoldIdle(IdleLong);

    private static async Task HoldIdle(int count)
    {
        await using EchoServer server = await EchoServer.Start();
        await using WeirProcess weir = await WebSocketTests.Start("ws", server.Url, null, "--idle-timeout", "600");
        // With fewer descriptors than that takes, as many as they are for.
        count = (int)Math.Min(count, (await weir.ReadMetrics())["weir_client_connections_limit"]);
        var sockets = new List<ClientWebSocket>();
        try
        {
            sockets.Add(await WebSocketTests.Connect(weir, "ws"));
            await Exchange(sockets[0], PieceBytes);
            long before = weir.ResidentBytes();
            while (sockets.Count < count)
            {
                sockets.Add(await WebSocketTests.Connect(weir, "ws"));
            }

            long each = (weir.ResidentBytes() - before) / count;
            TestContext.Current.SendDiagnosticMessage("{0} idle sockets: {1} bytes each", count, each);
            Assert.InRange(each, 0, MostBytesPerSocket);
            Assert.Equal(count, (await weir.ReadMetrics())["weir_requests_in_flight"]);
            foreach (ClientWebSocket socket in sockets)
            {
                Assert.Equal(1, await Exchange(socket, 1));
            }
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }

        await weir.WhenQuiet();
    }

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
