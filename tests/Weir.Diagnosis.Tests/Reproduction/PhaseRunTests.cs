using System.Net.Sockets;

namespace Weir.Diagnosis.Tests;

public sealed class PhaseRunTests
{
    // What a GOAWAY refuses would have been sent again without the protection too.
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0, 4, 1)]
    [InlineData(3, 1, 0.25)]
    [InlineData(3, 0, 0)]
    public void NearMisses_CountByTheShareOfClosesWithoutGoAway(int goAways, int others, double expected)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var connections = new List<RelayedConnection>();
        for (int i = 0; i < goAways + others; i++)
        {
            var connection = new RelayedConnection(i, new RelaySide(socket), new RelaySide(socket));
            if (i < goAways)
            {
                connection.GoAwayCame(("NO_ERROR", 1), fromTarget: true);
            }

            connection.EndCame(RelayEnd.Fin, fromTarget: true);
            connections.Add(connection);
        }

        var byBalancer = new RelayedConnection(99, new RelaySide(socket), new RelaySide(socket));
        byBalancer.EndCame(RelayEnd.Fin, fromTarget: false);

        Assert.Equal(expected, PhaseRun.ShareWithoutGoAway([.. connections, byBalancer]));
    }
}
