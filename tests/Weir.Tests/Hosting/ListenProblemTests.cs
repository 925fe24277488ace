using System.Net;
using System.Net.Sockets;
using Weir.Balancer;
using Weir.Configuration;
using Weir.Hosting;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Tests.Hosting;

public sealed class ListenProblemTests
{
    [Fact]
    public void Probe_AddressThatSomebodyListensOn_IsAProblem()
    {
        using Socket other = ListenShared(out int port);
        BalancerSnapshot snapshot = Snapshot($"127.0.0.1:{port}");

        ListenProblem problem = Assert.Single(ListenProblem.Probe(snapshot, BalancerSnapshot.Empty));

        Assert.Equal(ExitCode.AddressUnavailable, problem.Code);
        Assert.Equal($"cannot listen on 127.0.0.1:{port}: another program has this address", problem.Sentence);
    }

    [Fact]
    public void Probe_ListenerThatIsOpenAlready_IsNotTried()
    {
        using Socket ours = ListenShared(out int port);
        BalancerSnapshot snapshot = Snapshot($"127.0.0.1:{port}");

        Assert.Empty(ListenProblem.Probe(snapshot, snapshot));
    }

    [Fact]
    public void Probe_ListenerThatMoves_IsTriedWhereItGoes()
    {
        using Socket other = ListenShared(out int port);

        Assert.Single(ListenProblem.Probe(Snapshot($"127.0.0.1:{port}"), Snapshot($"127.0.0.2:{port}")));
    }

    [Fact]
    public void Probe_ForeignAddress_SaysThatItIsNotOfThisMachine()
    {
        // Source: RFC 5737, an address that no machine has
        ListenProblem problem = Assert.Single(ListenProblem.Probe(Snapshot("192.0.2.1:8080"), BalancerSnapshot.Empty));

        Assert.Equal(ExitCode.AddressUnavailable, problem.Code);
        Assert.Equal("cannot listen on 192.0.2.1:8080: 192.0.2.1 is not an address of this machine", problem.Sentence);
    }

    [Fact]
    public void Describe_LowPortWithoutPrivilege_NamesTheWayOut()
    {
        const int EACCES = 13;
        var problem = ListenProblem.Describe(new ListenFailure(new IPEndPoint(IPAddress.Any, 80), EACCES, "Permission denied"));

        Assert.Equal(ExitCode.NotPermitted, problem.Code);
        Assert.Contains("cap_net_bind_service", problem.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void ProbeAddress_FreePort_IsFree()
    {
        int port;
        using (ListenShared(out port))
        {
        }

        Assert.Equal(0, EpollLoop.ProbeAddress(new IPEndPoint(IPAddress.Loopback, port), out string message));
        Assert.Equal("", message);
    }

    // As a node listens: another node of the same user could join in.
    private static Socket ListenShared(out int port)
    {
        const int SOL_SOCKET = 1;
        const int SO_REUSEPORT = 15;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetRawSocketOption(SOL_SOCKET, SO_REUSEPORT, BitConverter.GetBytes(1));
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    private static BalancerSnapshot Snapshot(string listen)
    {
        NodeSettings settings = FlagReader.Read(new ConfigurationFlags { Listen = [listen] }, out _)!;
        return SnapshotCompiler.Compile(settings.Source.Load().Definition!).Snapshot!;
    }
}
