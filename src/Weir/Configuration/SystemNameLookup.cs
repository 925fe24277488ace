using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Weir.Configuration;

/// <summary>Names as the system knows them: /etc/hosts, DNS.</summary>
internal sealed class SystemNameLookup : INameLookup
{
    public ImmutableArray<IPAddress> Find(string host, out string? error)
    {
        try
        {
            ImmutableArray<IPAddress> found = [.. Dns.GetHostAddresses(host).Distinct()];
            error = found.IsEmpty ? "the name has no address" : null;
            return found;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            error = exception.Message;
            return [];
        }
    }
}
