using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Rows of requests that end at the node, before any target is chosen.</summary>
internal static class FrontRows
{
    /// <param name="url">Null for bytes that were no request.</param>
    public static LogRow Refused(
        Universe universe, TargetGroup group, ClientConnection client, UrlProfile? url, long receivedTicks, int status, int receivedBytes) =>
        new(client.Node, url is null ? null : group, client, url, 0)
        {
            TimeTicks = universe.NowTicks,
            CreationTicks = receivedTicks,
            Status = status,
            ReceivedBytes = receivedBytes,
            SentBytes = BalancerPages.Bytes(status),
            Trace = (universe.Random.Bits(), universe.Random.Bits()),
            Actions = "-",
        };
}
