using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// Kestrel in this process, which speaks HTTP/2 only: with prior knowledge, or over TLS. It has the service of gRPC, and pages. Owned
/// by one test, and ended with it.
/// </summary>
internal sealed class Http2Server : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly string _scheme;

    private Http2Server(WebApplication application, int port, string scheme)
    {
        _application = application;
        Port = port;
        _scheme = scheme;
    }

    public int Port { get; }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"{_scheme}://127.0.0.1:{Port}");

    public static async Task<Http2Server> Start(bool tls, TimeSpan? keepAlive = null, HttpProtocols protocols = HttpProtocols.Http2)
    {
        int port = ReservedPort.Next();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.KeepAliveTimeout = keepAlive ?? TimeSpan.FromSeconds(130);
            options.Limits.MaxRequestBodySize = null;
            options.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = protocols;
                if (tls)
                {
                    listen.UseHttps(TestCertificate.Make("target.test"));
                }
            });
        });
        builder.Services.AddGrpc();
        WebApplication application = builder.Build();
        application.MapGrpcService<EchoService>();
        application.MapGet("/", static () => "hello");
        application.MapGet("/protocol", static context => context.Response.WriteAsync(context.Request.Protocol));
        application.MapPost("/hash", static async context =>
        {
            byte[] hash = await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted);
            await context.Response.WriteAsync(Convert.ToHexStringLower(hash));
        });
        application.MapGet("/bytes/{count:int}", static async (HttpContext context, int count) =>
        {
            byte[] bytes = Bytes(count);
            context.Response.ContentLength = count;
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        });
        await application.StartAsync();
        return new Http2Server(application, port, tls ? "https" : "http");
    }

    /// <summary>So many bytes that are always the same ones.</summary>
    public static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = (byte)((i * 31) ^ (i >> 8));
        }

        return bytes;
    }

    /// <summary>As a deployment does: what is under way ends, and connections are told to go.</summary>
    public Task Stop() => _application.StopAsync(Deadline.Token());

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
