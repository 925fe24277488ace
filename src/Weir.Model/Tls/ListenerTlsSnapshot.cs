using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>What an HTTPS listener needs of TLS; part of a snapshot, never changed. The files are read by whoever makes use of it.</summary>
public sealed class ListenerTlsSnapshot
{
    public required SecurityPolicy Policy { get; init; }

    /// <summary>For clients that name no server, or one that no certificate is for.</summary>
    public required CertificateFiles DefaultCertificate { get; init; }

    /// <summary>From which a certificate is chosen by the name that the client asks for (SNI).</summary>
    public required ImmutableArray<CertificateFiles> Certificates { get; init; }

    /// <summary>Null: clients are not asked for certificates.</summary>
    public required MutualAuthentication? MutualAuthentication { get; init; }
}
