using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>What OpenSSL's questions during a server's handshake are answered from. Kept by its context; immutable.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TlsServer(TlsNames names, TlsTicketKeys ticketKeys)
{
    public TlsNames Names => names;

    public TlsTicketKeys TicketKeys => ticketKeys;
}
