using System.Net;
using Weir.Reactor;

namespace Weir.Simulation.Echo;

/// <summary>Knows what must hold for every connection of the echo world, and keeps what did not.</summary>
internal sealed class EchoOracle(SimNetwork network)
{
    // A run gone wrong says the same thing over and over.
    private const int MaxViolations = 20;

    private readonly List<string> _violations = [];
    private readonly Dictionary<(IPEndPoint, IPEndPoint), Connection> _connections = [];
    private readonly long[] _ends = new long[Enum.GetValues<ConnectionEnd>().Length];

    public IReadOnlyList<string> Violations => _violations;

    public long Exchanges { get; set; }

    public string Summary => string.Join(
        ' ',
        Enum.GetValues<ConnectionEnd>().Where(end => _ends[(int)end] > 0).Select(end => $"{end}={_ends[(int)end]}"));

    public void Violated(string what)
    {
        if (_violations.Count < MaxViolations)
        {
            _violations.Add($"at {network.Elapsed}: {what}");
        }
    }

    public void Opened(Connection connection) =>
        _connections[(connection.LocalEndPoint, connection.RemoteEndPoint)] = connection;

    public void Received(Connection connection, ReadOnlySpan<byte> bytes, int client, long offset)
    {
        int difference = EchoPattern.FirstDifference(bytes, client, offset);
        if (difference >= 0)
        {
            Violated($"{Name(connection)}: byte {offset + difference} is not the one that was sent");
        }
    }

    /// <summary>Right after a receive or a send said that it has ended: is it called what it was?</summary>
    public void Ended(Connection connection)
    {
        SimDelivered delivered = network.DeliveredTo(connection);
        ConnectionEnd truth = delivered switch
        {
            { Reset: true, Fin: true } => ConnectionEnd.FinThenRst,
            { Reset: true } => connection.BytesReceived > 0 ? ConnectionEnd.RstAfterData : ConnectionEnd.Rst,
            { GaveUp: true } => ConnectionEnd.Timeout,
            { Fin: true } => ConnectionEnd.Fin,
            _ => ConnectionEnd.None,
        };
        _ends[(int)connection.End]++;
        if (connection.End != truth || truth == ConnectionEnd.None)
        {
            Violated($"{Name(connection)}: ended as {connection.End}, and it was {truth} ({delivered})");
        }
    }

    /// <summary>Receive said that the stream is complete: then every byte that the peer ever sent has been read.</summary>
    public void Completed(Connection connection)
    {
        Ended(connection);
        if (connection.End == ConnectionEnd.Fin
            && _connections.TryGetValue((connection.RemoteEndPoint, connection.LocalEndPoint), out Connection? peer)
            && peer.BytesSent != connection.BytesReceived)
        {
            Violated($"{Name(connection)}: FIN after {connection.BytesReceived} bytes, and {peer.BytesSent} were sent");
        }
    }

    public void RunEnded(bool idle, IEnumerable<SimLoop> loops)
    {
        if (!idle)
        {
            Violated("something is still going on");
        }

        foreach (SimLoop loop in loops)
        {
            if (loop.Buffers.Rented != 0 || loop.OpenConnections != 0)
            {
                Violated($"{loop.Name} holds {loop.Buffers.Rented} buffers and {loop.OpenConnections} connections");
            }
        }

        if (network.SegmentsInUse != 0)
        {
            Violated($"{network.SegmentsInUse} segments are still in use");
        }
    }

    private static string Name(Connection connection) => $"{connection.LocalEndPoint}->{connection.RemoteEndPoint}";
}
