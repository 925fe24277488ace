using System.Net.Sockets;
using System.Text;
using Weir.Hosting;

namespace Weir.Tests.Hosting;

public sealed class ServiceNotifierTests
{
    [Fact]
    public void Ready_PathSocket_SendsOneDatagram()
    {
        string path = Path.Combine(Path.GetTempPath(), $"weir-notify-{Guid.NewGuid():N}");
        try
        {
            using Socket manager = Listen(path);
            new ServiceNotifier(path).Ready("2 listeners open");

            Assert.Equal("READY=1\nSTATUS=2 listeners open", Receive(manager));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Stopping_AbstractSocket_SendsOneDatagram()
    {
        string name = $"weir-notify-{Guid.NewGuid():N}";
        using Socket manager = Listen('\0' + name);
        new ServiceNotifier('@' + name).Stopping();

        Assert.Equal("STOPPING=1", Receive(manager));
    }

    [Fact]
    public void Reloading_Socket_CarriesTheClockThatTheManagerOrdersBy()
    {
        string name = $"weir-notify-{Guid.NewGuid():N}";
        using Socket manager = Listen('\0' + name);
        new ServiceNotifier('@' + name).Reloading();

        Assert.Matches("^RELOADING=1\nMONOTONIC_USEC=[0-9]+$", Receive(manager));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/nonexistent/notify")]
    public void Ready_NoManager_DoesNothing(string? path)
    {
        Exception? thrown = Record.Exception(() => new ServiceNotifier(path).Ready("running"));

        Assert.Null(thrown);
    }

    private static Socket Listen(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 5_000 };
        socket.Bind(new UnixDomainSocketEndPoint(name));
        return socket;
    }

    private static string Receive(Socket socket)
    {
        var buffer = new byte[512];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
