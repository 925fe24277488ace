using System.Runtime.Versioning;

namespace Weir.Hosting;

/// <summary>How many client connections a node takes at once: what its descriptors are enough for.</summary>
[SupportedOSPlatform("linux")]
internal static class ClientConnectionLimit
{
    // Besides those that are open at the start: for logs, health checks, the admin endpoint and its clients, and under the
    // JIT the assemblies that are yet to be loaded. An eighth, and no fewer than this many.
    private const ulong MinReservedDescriptors = 128;
    private const ulong ReservedShare = 8;

    // Of each loop besides its listeners: epoll and what wakes it.
    private const int DescriptorsOfALoop = 2;

    // The client's, and one to a target: as many of the one as of the other. HAProxy derives its maxconn so.
    private const ulong DescriptorsOfAClient = 2;

    /// <summary>The limit; 0, which is none, where the system does not tell how many descriptors there are.</summary>
    public static int Of(DescriptorLimit? descriptors, int loops, int listeners)
    {
        if (descriptors is not { Now: var all, Open: var open })
        {
            return 0;
        }

        ulong reserved = open + Math.Max(MinReservedDescriptors, all / ReservedShare)
            + (ulong)(loops * (listeners + DescriptorsOfALoop));
        ulong clients = all > reserved ? (all - reserved) / DescriptorsOfAClient : 0;
        return (int)Math.Clamp(clients, (ulong)loops, int.MaxValue);
    }
}
