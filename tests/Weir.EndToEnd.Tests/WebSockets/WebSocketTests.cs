using System.Net.WebSockets;
using System.Text;

namespace Weir.EndToEnd.Tests;

/// <summary>WebSockets through a running node, with npm's ws and .NET's own on either side.</summary>
public sealed class WebSocketTests
{
    private const int MessageBytes = 1024 * 1024;

    [Theory]
    [InlineData("ws")]
    [InlineData("wss")]
    public async Task Messages_OfTheNetClient_ComeBackFromNpmsServer(string scheme)
    {
        using ExpressTarget express = await ExpressTarget.StartAsync("sockets");
        using var folder = new TempFolder();
        await using WeirProcess weir = await Start(scheme, express.Url, folder);
        using ClientWebSocket socket = await Connect(weir, scheme);
        Assert.Equal("hello", Encoding.UTF8.GetString(await Echo(socket, "hello"u8.ToArray(), WebSocketMessageType.Text)));
        byte[] large = new byte[MessageBytes];
        new Random(1).NextBytes(large);
        Assert.Equal(large, await Echo(socket, large, WebSocketMessageType.Binary));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Deadline.Token());
        Assert.Equal("closed 1000", await express.ReadLine());

        LogLine line = Assert.Single(await weir.StopAndReadLog(), static line => line[1] is "ws" or "wss");
        Assert.Equal([scheme, $"127.0.0.1:{express.Port}", "101", "101"], [line[1], line.Target, line.ElbStatus, line.TargetStatus]);
        // The scheme of the handshake, as ALB has it.
        Assert.Equal($"\"GET {scheme.Replace("ws", "http", StringComparison.Ordinal)}://127.0.0.1:{weir.Port}/socket HTTP/1.1\"", line[13]);
        Assert.InRange(long.Parse(line[11]), MessageBytes, MessageBytes + 1024);
        Assert.InRange(long.Parse(line[12]), MessageBytes, MessageBytes + 1024);
        Assert.Equal(scheme == "wss", line[16].StartsWith("TLSv1.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ws")]
    [InlineData("wss")]
    public async Task Message_OfNpmsClient_ComesBackFromKestrel(string scheme)
    {
        await using EchoServer server = await EchoServer.Start();
        using var folder = new TempFolder();
        await using WeirProcess weir = await Start(scheme, server.Url, folder);
        ProgramRun client = await ProgramRun.Of(
            "node", [Tree.PathOf("tests/fixtures/express/client.js"), $"{scheme}://127.0.0.1:{weir.Port}/", "from node"]);
        Assert.Equal("from node\n1000\n", client.Output);
    }

    [Fact]
    public async Task Target_Killed_EndsItsSocketsAtOnce()
    {
        using ExpressTarget express = await ExpressTarget.StartAsync("sockets");
        await using WeirProcess weir = await Start("ws", express.Url, null);
        using ClientWebSocket socket = await Connect(weir, "ws");
        await Echo(socket, "hello"u8.ToArray(), WebSocketMessageType.Text);
        express.Kill();
        WebSocketException exception = await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ReceiveAsync(new ArraySegment<byte>(new byte[16]), Deadline.Token()));
        Assert.Equal(WebSocketError.ConnectionClosedPrematurely, exception.WebSocketErrorCode);
    }

    [Fact]
    public async Task Client_ThatBreaksOff_EndsTheTargetsSocketAtOnce()
    {
        using ExpressTarget express = await ExpressTarget.StartAsync("sockets");
        await using WeirProcess weir = await Start("ws", express.Url, null);
        using ClientWebSocket socket = await Connect(weir, "ws");
        await Echo(socket, "hello"u8.ToArray(), WebSocketMessageType.Text);
        socket.Abort();
        Assert.Equal("closed 1006", await express.ReadLine());
    }

    internal static async Task<WeirProcess> Start(string scheme, string target, TempFolder? folder, params string[] options)
    {
        if (scheme == "ws")
        {
            return await (await WeirProcess.StartAsync(["--target", target, .. options])).WhenHealthy();
        }

        string certificate = folder!.PathOf("site.pem");
        TestCertificate.Write(certificate, "site.test");
        return await (await WeirProcess.StartAsync(
            new WeirStart { HasOwnListeners = true },
            ["--listen", "https://0", "--certificate", certificate, "--target", target, .. options])).WhenHealthy();
    }

    internal static async Task<ClientWebSocket> Connect(WeirProcess weir, string scheme)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
#pragma warning disable CA5359 // The certificates of these tests are signed by nobody.
        socket.Options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        await socket.ConnectAsync(new Uri($"{scheme}://127.0.0.1:{weir.Port}/socket"), Deadline.Token());
        return socket;
    }

    private static async Task<byte[]> Echo(ClientWebSocket socket, byte[] message, WebSocketMessageType type)
    {
        Task sending = socket.SendAsync(new ArraySegment<byte>(message), type, endOfMessage: true, Deadline.Token());
        var received = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        WebSocketReceiveResult got;
        do
        {
            got = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), Deadline.Token());
            Assert.Equal(type, got.MessageType);
            received.Write(buffer, 0, got.Count);
        }
        while (!got.EndOfMessage);
        await sending;
        return received.ToArray();
    }
}
