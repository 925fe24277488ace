using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Weir.EndToEnd.Tests;

/// <summary>Kestrel in this process, which says back what it is told by WebSocket. Ends with its test.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly WebApplication _application;

    private EchoServer(WebApplication application, int port)
    {
        _application = application;
        Url = $"http://127.0.0.1:{port}";
    }

    public string Url { get; }

    public static async Task<EchoServer> Start()
    {
        int port = ReservedPort.Next();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        WebApplication application = builder.Build();
        // Its own pings would keep every tunnel busy.
        application.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        application.Run(static async context =>
        {
            if (context.WebSockets.IsWebSocketRequest)
            {
                using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
                await Echo(socket);
            }
        });
        await application.StartAsync();
        return new EchoServer(application, port);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static async Task Echo(WebSocket socket)
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            while (true)
            {
                WebSocketReceiveResult got = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), CancellationToken.None);
                if (got.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    return;
                }

                await socket.SendAsync(new ArraySegment<byte>(buffer, 0, got.Count), got.MessageType, got.EndOfMessage, CancellationToken.None);
            }
        }
        catch (WebSocketException)
        {
            // The client broke off, as some tests do.
        }
    }
}
