using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>What OpenSSL's questions during a server's handshake are answered from. Kept by its context; immutable.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TlsServer(TlsNames names, IReadOnlyList<TlsCertificate> certificates, TlsTicketKeys ticketKeys)
{
    public TlsNames Names => names;

    /// <summary>The certificate that is shown where no other is chosen is for that name.</summary>
    public bool IsFor(string name) => certificates[0].IsFor(name);

    public TlsTicketKeys TicketKeys => ticketKeys;
}
