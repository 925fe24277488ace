using System.Net;
using System.Net.Sockets;

namespace Weir.Diagnosis.Tests;

/// <summary>A 502 is the race only if the request met the target's close, by what the balancer and the relay saw of it.</summary>
public sealed class BadGatewayTests : IDisposable
{
    private readonly Socket _balancer = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _target = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    // The kernel is asked whether it is open.
    public BadGatewayTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _target.Connect(_listener.LocalEndPoint!);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _balancer.Dispose();
        _target.Dispose();
    }

    private static ExplainEntry Explained(string reason = "target_closed", bool reused = true, long responseBytes = 0) =>
        new("Root=1-1-1", reason, reused, "fin", responseBytes, "The target closed.", "127.0.0.1:80");

    private RelayedConnection Connection() => new(1, new RelaySide(_balancer), new RelaySide(_target));

    private RelayedRequest Passage(bool? metEnd, params RelayEnd[] ends)
    {
        RelayedConnection connection = Connection();
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
        AssertKind(BadGatewayKind.MetClose, BadGateway.Of(Explained(), Passage(true, RelayEnd.Fin), ended: null));
        AssertKind(BadGatewayKind.MetClose, BadGateway.Of(Explained(), Passage(true, RelayEnd.Rst), ended: null));
    }

    // The FIN and the request passed one another: that it was closed shows in the reset.
    [Fact]
    public void Request_ThatIsAnsweredWithAResetBehindAFin_MetTheClose() =>
        AssertKind(BadGatewayKind.MetClose, BadGateway.Of(Explained(), Passage(false, RelayEnd.Fin, RelayEnd.Rst), ended: null));

    [Fact]
    public void Request_ThatReachedAnOpenConnection_IsAnotherStory()
    {
        BadGateway failure = BadGateway.Of(Explained(), Passage(false, RelayEnd.Fin), ended: null);

        AssertKind(BadGatewayKind.TakenThenClosed, failure);
        Assert.False(failure.IsRace(RaceScenario.Closed, isOwnServer: true));
        Assert.True(failure.IsRace(RaceScenario.Handled, isOwnServer: true));
        Assert.False(failure.IsUndecided(RaceScenario.Closed, isOwnServer: false));
    }

    // Its kernel had it, and its program may never have read it: a half-closing server swallows what comes, without a reset.
    [Theory]
    [InlineData(false, "the target had got the request, and closed without an answer, just when it closes idle connections")]
    [InlineData(true, "the target reset the connection when the request came, just when it closes idle connections")]
    public void Request_ThatReachedAnOpenConnectionInTheMomentOfItsIdleClose_IsUndecided(bool isReset, string what)
    {
        BadGateway failure = BadGateway.Of(Explained(), Passage(false, isReset ? RelayEnd.Rst : RelayEnd.Fin), ended: null) with { IsAtIdleClose = true };

        Assert.False(failure.IsRace(RaceScenario.Closed, isOwnServer: false));
        Assert.True(failure.IsUndecided(RaceScenario.Closed, isOwnServer: false));
        Assert.Equal(what, failure.What);
        // A server of ours does nothing else to a request.
        Assert.True(failure.IsRace(RaceScenario.Closed, isOwnServer: true));
        Assert.False(failure.IsUndecided(RaceScenario.Closed, isOwnServer: true));
    }

    // What met the close is the race whenever it was; what was cut or came on a new connection is another fault, then too.
    [Fact]
    public void Request_OfAnotherKind_IsDecidedAtThatMomentToo()
    {
        BadGateway met = BadGateway.Of(Explained(), Passage(true, RelayEnd.Fin), ended: null) with { IsAtIdleClose = true };
        BadGateway cut = BadGateway.Of(Explained(responseBytes: 20), Passage(true, RelayEnd.Fin), ended: null) with { IsAtIdleClose = true };

        Assert.True(met.IsRace(RaceScenario.Closed, isOwnServer: false));
        Assert.All((BadGateway[])[met, cut], static failure => Assert.False(failure.IsUndecided(RaceScenario.Closed, isOwnServer: false)));
        Assert.False(cut.IsRace(RaceScenario.Closed, isOwnServer: false));
    }

    // A balancer says GOAWAY, or closes TLS, behind a target that has crashed over a request: that too is answered with a reset.
    [Fact]
    public void Request_WhoseResetCameForWhatWasWrittenLater_IsAnotherStory()
    {
        RelayedConnection connection = Connection();
        connection.EndCame(RelayEnd.Fin, fromTarget: true);
        connection.WritingToTarget();
        connection.EndCame(RelayEnd.Rst, fromTarget: true);
        var passage = new RelayedRequest(connection, 2, TimeSpan.FromSeconds(6), "/?n=1") { MetEnd = false };

        AssertKind(BadGatewayKind.TakenThenClosed, BadGateway.Of(Explained(), passage, ended: null));
    }

    // The one before it may be why the target closed.
    [Fact]
    public void Request_BehindTheEndOfAConnectionThatWasNotIdle_IsUnexplained()
    {
        RelayedConnection connection = Connection();
        connection.Reach(connection.AddRequest("/?n=1"));
        connection.EndCame(RelayEnd.Fin, fromTarget: true);
        RelayedRequest second = connection.AddRequest("/?n=2");
        connection.Reach(second);

        Assert.True(second.MetEnd);
        AssertKind(BadGatewayKind.Unexplained, BadGateway.Of(Explained(), second, ended: null));
    }

    // What the reset overtook lay unread before the relay, or was written behind it: no target has ever seen that.
    [Fact]
    public void Request_ThatNeverCameToTheRelay_MetTheCloseOfAnIdleConnection()
    {
        RelayedConnection ended = Connection();
        ended.EndCame(RelayEnd.Rst, fromTarget: true);

        BadGateway failure = BadGateway.Of(Explained(), passage: null, ended);

        AssertKind(BadGatewayKind.MetClose, failure);
        Assert.True(failure.IsRace(RaceScenario.Closed, isOwnServer: false));
        AssertKind(BadGatewayKind.NewConnection, BadGateway.Of(Explained(reused: false), passage: null, ended));
    }

    // Then another request on that connection may be why.
    [Fact]
    public void Request_ThatNeverCameToTheRelay_IsUnexplainedWhereAnotherWasUnderWay()
    {
        RelayedConnection ended = Connection();
        ended.Reach(ended.AddRequest("/?n=1"));
        ended.EndCame(RelayEnd.Rst, fromTarget: true);
        RelayedConnection answered = Connection();
        answered.Reach(answered.AddRequest("/?n=1"));
        answered.AnswerCame();
        answered.EndCame(RelayEnd.Rst, fromTarget: true);
        RelayedConnection closedByBalancer = Connection();
        closedByBalancer.EndCame(RelayEnd.Fin, fromTarget: false);

        AssertKind(BadGatewayKind.Unexplained, BadGateway.Of(Explained(), passage: null, ended));
        AssertKind(BadGatewayKind.MetClose, BadGateway.Of(Explained(), passage: null, answered));
        AssertKind(BadGatewayKind.Unexplained, BadGateway.Of(Explained(), passage: null, closedByBalancer));
    }

    // Closed with the request unread, or on account of the request: only of a server of ours it is known.
    [Fact]
    public void Request_ThatIsReset_IsTheRaceOfAServerThatIsOurs()
    {
        BadGateway failure = BadGateway.Of(Explained(), Passage(false, RelayEnd.Rst), ended: null);

        AssertKind(BadGatewayKind.Reset, failure);
        Assert.True(failure.IsRace(RaceScenario.Closed, isOwnServer: true));
        Assert.False(failure.IsRace(RaceScenario.Closed, isOwnServer: false));
    }

    [Fact]
    public void Request_WithAnyOtherEnd_IsCalledByIt()
    {
        RelayedRequest passage = Passage(true, RelayEnd.Fin);

        BadGateway other = BadGateway.Of(Explained("malformed_response"), passage, ended: null);
        AssertKind(BadGatewayKind.Other, other);
        Assert.Equal("malformed_response in the explain log", other.What);
        AssertKind(BadGatewayKind.AnswerCut, BadGateway.Of(Explained(responseBytes: 20), passage, ended: null));
        AssertKind(BadGatewayKind.NewConnection, BadGateway.Of(Explained(reused: false), passage, ended: null));
        AssertKind(BadGatewayKind.Unexplained, BadGateway.Of(null, passage, ended: null));
        AssertKind(BadGatewayKind.Unexplained, BadGateway.Of(Explained(), null, ended: null));
        Assert.False(other.IsRace(RaceScenario.Handled, isOwnServer: true));
    }
}
