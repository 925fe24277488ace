using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>Who a server is: the certificates that it shows, and what its clients may come back with.</summary>
[SupportedOSPlatform("linux")]
public sealed record TlsServerIdentity
{
    /// <summary>For clients that ask for no name, or for one that no certificate is for.</summary>
    public required TlsCertificate DefaultCertificate { get; init; }

    /// <summary>From which one is chosen by the name that the client asks for.</summary>
    public IReadOnlyList<TlsCertificate> Certificates { get; init; } = [];

    /// <summary>When the context is made: which certificates are valid is told from then on, by the clock of each connection's loop.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>Null: clients are not asked for certificates.</summary>
    public TlsClientAuthentication? ClientAuthentication { get; init; }

    public required TlsTicketKeys TicketKeys { get; init; }

    /// <summary>At most 32 characters: a ticket of a server that calls itself otherwise is not taken.</summary>
    public required string ResumptionScope { get; init; }
}
