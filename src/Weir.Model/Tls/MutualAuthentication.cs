using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>An HTTPS listener's <c>MutualAuthentication</c>, where it is not off. Immutable; no file is read here.</summary>
public sealed record MutualAuthentication
{
    public required MutualAuthenticationMode Mode { get; init; }

    /// <summary>Verify only: PEM, the certificates of the authorities. AWS has the ARN of a trust store here.</summary>
    public string? TrustStoreFile { get; init; }

    /// <summary>Verify only: PEM, what these authorities have revoked.</summary>
    public ImmutableArray<string> RevocationFiles { get; init; } = [];

    /// <summary>Verify only: a client's own certificate may be past its time.</summary>
    public bool IgnoresClientCertificateExpiry { get; init; }

    /// <summary>Verify only: clients are told the authorities' names.</summary>
    public bool AdvertisesTrustStoreCaNames { get; init; }
}
