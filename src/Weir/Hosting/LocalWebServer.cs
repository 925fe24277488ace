using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Weir.Hosting;

/// <summary>
/// A small Kestrel server for what is off the request path. It takes nothing from environment variables or files, logs
/// nothing, and leaves the signals alone.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LocalWebServer : IDisposable
{
    private static readonly TimeSpan _stopLimit = TimeSpan.FromSeconds(1);

    private readonly WebApplication _application;

    private LocalWebServer(WebApplication application, IPEndPoint endPoint)
    {
        _application = application;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>A server that listens; null with the reason.</summary>
    public static LocalWebServer? TryStart(IPEndPoint endPoint, RequestDelegate handle, out ListenProblem? problem)
    {
        // The empty builder: the others read appsettings.json and ASPNETCORE_* of whoever starts the node.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Listen(endPoint);
        });
        WebApplication application = builder.Build();
        application.Run(handle);
        try
        {
            application.StartAsync().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            ((IDisposable)application).Dispose();
            int error = ErrorOf(exception);
            problem = ListenProblem.Describe(new Balancer.ListenFailure(endPoint, error, exception.Message));
            return null;
        }

        problem = null;
        string address = application.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First();
        return new LocalWebServer(application, new IPEndPoint(endPoint.Address, new Uri(address).Port));
    }

    public void Dispose()
    {
        using var limit = new CancellationTokenSource(_stopLimit);
        _application.StopAsync(limit.Token).GetAwaiter().GetResult();
        ((IDisposable)_application).Dispose();
    }

    // Kestrel wraps the one error that it knows in a chain of its own.
    private static int ErrorOf(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return socket.NativeErrorCode;
            }
        }

        return 0;
    }

    /// <summary>The host's usual lifetime takes SIGINT and SIGTERM, which are the node's.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
