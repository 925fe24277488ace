using System.Net.Sockets;

namespace Weir.Diagnosis.Tests;

/// <summary>A 502 is the race only if the request met the target's close, by what the balancer and the relay saw of it.</summary>
public sealed class BadGatewayTests : IDisposable
{
    private readonly Socket _balancer = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _target = new(SocketType.Stream, ProtocolType.Tcp);

    public void Dispose()
    {
        _balancer.Dispose();
        _target.Dispose();
    }

    private static ExplainEntry Explained(string reason = "target_closed", bool reused = true, long responseBytes = 0) =>
        new("Root=1-1-1", reason, reused, "fin", responseBytes, "The target closed.");

    private RelayedRequest Passage(bool? metEnd, params RelayEnd[] ends)
    {
        var connection = new RelayedConnection(1, new RelaySide(_balancer), new RelaySide(_target));
        foreach (RelayEnd end in ends)
        {
            connection.EndCame(end, fromTarget: true);
        }

        return new RelayedRequest(connection, 2, TimeSpan.FromSeconds(6), "/?n=1") { MetEnd = metEnd };
    }

    private static void AssertKind(BadGatewayKind kind, BadGateway failure) => Assert.Equal(kind, failure.Kind);

    [Fact]
    public void Request_BehindTheTargetsEnd_MetTheClose()
    {
        AssertKind(BadGatewayKind.MetClose, BadGateway.Of(Explained(), Passage(true, RelayEnd.Fin)));
        AssertKind(BadGatewayKind.MetClose, BadGateway.Of(Explained(), Passage(true, RelayEnd.Rst)));
    }

    // The FIN and the request passed one another: that it was closed shows in the reset.
    [Fact]
    public void Request_ThatIsAnsweredWithAResetBehindAFin_MetTheClose() =>
        AssertKind(BadGatewayKind.MetClose, BadGateway.Of(Explained(), Passage(false, RelayEnd.Fin, RelayEnd.Rst)));

    [Fact]
    public void Request_ThatReachedAnOpenConnection_IsAnotherStory()
    {
        BadGateway failure = BadGateway.Of(Explained(), Passage(false, RelayEnd.Fin));

        AssertKind(BadGatewayKind.TakenThenClosed, failure);
        Assert.False(failure.IsRace(RaceScenario.Closed, isOwnServer: true));
        Assert.True(failure.IsRace(RaceScenario.Handled, isOwnServer: true));
    }

    // Closed with the request unread, or on account of the request: only of a server of ours it is known.
    [Fact]
    public void Request_ThatIsReset_IsTheRaceOfAServerThatIsOurs()
    {
        BadGateway failure = BadGateway.Of(Explained(), Passage(false, RelayEnd.Rst));

        AssertKind(BadGatewayKind.Reset, failure);
        Assert.True(failure.IsRace(RaceScenario.Closed, isOwnServer: true));
        Assert.False(failure.IsRace(RaceScenario.Closed, isOwnServer: false));
    }

    [Fact]
    public void Request_WithAnyOtherEnd_IsCalledByIt()
    {
        RelayedRequest passage = Passage(true, RelayEnd.Fin);

        BadGateway other = BadGateway.Of(Explained("malformed_response"), passage);
        AssertKind(BadGatewayKind.Other, other);
        Assert.Equal("malformed_response in the explain log", other.What);
        AssertKind(BadGatewayKind.AnswerCut, BadGateway.Of(Explained(responseBytes: 20), passage));
        AssertKind(BadGatewayKind.NewConnection, BadGateway.Of(Explained(reused: false), passage));
        AssertKind(BadGatewayKind.Unexplained, BadGateway.Of(null, passage));
        AssertKind(BadGatewayKind.Unexplained, BadGateway.Of(Explained(), null));
        Assert.False(other.IsRace(RaceScenario.Handled, isOwnServer: true));
    }
}
