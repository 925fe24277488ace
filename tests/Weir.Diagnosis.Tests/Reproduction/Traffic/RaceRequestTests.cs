using System.Net;
using System.Net.Sockets;

namespace Weir.Diagnosis.Tests;

/// <summary>A request that a target refuses by GOAWAY has met an idle close only if that was there before it.</summary>
public sealed class RaceRequestTests : IDisposable
{
    private static readonly (string, int) _goAway = ("NO_ERROR", 1);

    private readonly Socket _balancer = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _target = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly RelayedConnection _connection;

    // The kernel is asked whether it is open, and what it has sent: nothing.
    public RaceRequestTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _target.Connect(_listener.LocalEndPoint!);
        _connection = new RelayedConnection(1, new RelaySide(_balancer), new RelaySide(_target));
    }

    public void Dispose()
    {
        _balancer.Dispose();
        _target.Dispose();
        _listener.Dispose();
    }

    private static RaceRequest Of(RelayedRequest passage, int passes = 2) =>
        new("GET", PlannedAge: null, new LaboratoryAnswer(200, null, true, 0), Log: null, passage, passes, TargetLine: null, Explained: null, Ended: null);

    private RelayedRequest Reach(int streamId, long targetBytes)
    {
        RelayedRequest request = _connection.AddRequest($"/?n={streamId}", streamId);
        _connection.Reach(request);
        request.TargetBytes = targetBytes;
        return request;
    }

    private static (bool IsSentAgain, bool IsRefusedOtherwise) KindOf(RaceRequest request) => (request.IsSentAgain, request.IsRefusedOtherwise);

    [Theory]
    [InlineData(0, true, false)]
    [InlineData(-1, false, true)]
    public void Refused_ByAnIdleClose_OnlyIfItWasSaidBefore(long targetBytes, bool isSentAgain, bool isRefusedOtherwise)
    {
        RelayedRequest request = Reach(3, targetBytes);
        _connection.GoAwayCame(_goAway, fromTarget: true);

        Assert.Equal((isSentAgain, isRefusedOtherwise), KindOf(Of(request)));
        Assert.Equal((false, false), KindOf(Of(request, passes: 1)));
    }

    [Fact]
    public void Answered_OnAConnectionThatEnds_IsNeither()
    {
        RelayedRequest request = Reach(1, targetBytes: -1);
        _connection.AnswerCame();
        _connection.GoAwayCame(_goAway, fromTarget: true);

        Assert.Equal((false, false), KindOf(Of(request)));
    }

    [Fact]
    public void Refused_BehindAGoAwayOnAccountOfAnother_IsNotByAnIdleClose()
    {
        Reach(3, targetBytes: -1);
        RelayedRequest second = Reach(5, targetBytes: 0);
        _connection.GoAwayCame(_goAway, fromTarget: true);

        Assert.Equal((false, true), KindOf(Of(second)));
    }
}
