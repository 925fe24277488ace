using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer.Tests.Tls;

/// <summary>
/// An end that is passed on arrives as one, whatever room there is for it: nobody is to take what is whole for cut off. Among
/// the lengths are some that leave the last bytes room in the kernel, and the close_notify behind them none.
/// </summary>
public sealed class CloseNotifyTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const int SendBufferBytes = 600;
    private const int ReceiveBufferBytes = 4_096;

    // Less than a record of close_notify has. Source: RFC 8446 §5.2, §6.1
    private const int StepBytes = 20;

    private const string Ask =
        "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    private const string Agree =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tunnel_WhoseReaderHasEndedFirst_TellsItOfTheOthersEnd(bool isReaderClient)
    {
        for (int bytes = ReceiveBufferBytes + SendBufferBytes; bytes <= ReceiveBufferBytes + (2 * SendBufferBytes); bytes += StepBytes)
        {
            using BalancerWorld world = World(TargetProtocol.Https);
            var listener = new TlsTarget(world, TlsContext.Server(certificates.Server, certificates.Server, new TlsOptions()).Context!);
            Peer client = Client(world, Ask);
            world.Until(() => listener.Inside.Count == 1, "the connection with the target");
            Peer target = listener.Inside[0];
            target.Answer(Agree);
            client.ReadHead();
            (Peer reader, Peer writer) = isReaderClient ? (client, target) : (target, client);
            reader.Fin();
            writer.ReadToEnd();
            AssertWhole(world, reader, writer, bytes);
        }
    }

    [Fact]
    public void Answer_UntilTheEnd_ToAClientThatHasEndedFirst_IsKnownToBeWhole()
    {
        for (int bytes = ReceiveBufferBytes + SendBufferBytes; bytes <= ReceiveBufferBytes + (2 * SendBufferBytes); bytes += StepBytes)
        {
            using BalancerWorld world = World(TargetProtocol.Http);
            Peer client = Client(world, "GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");
            Peer target = world.Target.Accept();
            client.Fin();
            target.Answer("HTTP/1.1 200 OK\r\n\r\n");
            client.ReadHead();
            AssertWhole(world, client, target, bytes);
        }
    }

    private static void AssertWhole(BalancerWorld world, Peer reader, Peer writer, int bytes)
    {
        reader.StopReading();
        writer.Send(new string('x', bytes));
        writer.Fin();
        world.RunMs(100);
        reader.GoOnReading();
        Assert.Equal(bytes, reader.ReadToEnd().Length);
        Assert.Equal((bytes, ConnectionEnd.CloseNotify), (bytes, reader.End));
        world.RunMs(5_000);
        Assert.Equal(0, world.BalancerLoop.OpenConnections);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    private static Peer Client(BalancerWorld world, string request)
    {
        Peer client = new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside;
        client.Send(request);
        return client;
    }

    private BalancerWorld World(TargetProtocol protocol)
    {
        WorldOptions options = certificates.Https;
        return new BalancerWorld(options with
        {
            LoadBalancer = ["weir.client_half_close=tolerate"],
            TargetProtocol = protocol,
            Network = options.Network with { SendBufferBytes = SendBufferBytes, ReceiveBufferBytes = ReceiveBufferBytes },
        });
    }
}
