using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Weir.EndToEnd.Tests;

/// <summary>Kestrel in this process, with a keep-alive of 2 s. Owned by one test or fixture, and ended with it.</summary>
internal sealed class KestrelServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private KestrelServer(WebApplication application, int port)
    {
        _application = application;
        Port = port;
    }

    public int Port { get; }

    /// <param name="http2">Whether it speaks HTTP/2 with prior knowledge, and nothing else.</param>
    public static async Task<KestrelServer> Start(bool http2 = false)
    {
        int port = ReservedPort.Next();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, port, listen => listen.Protocols = http2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
            options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(2);
        });
        WebApplication application = builder.Build();
        application.Run(static context => context.Response.WriteAsync("ok\n"));
        await application.StartAsync();
        return new KestrelServer(application, port);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
