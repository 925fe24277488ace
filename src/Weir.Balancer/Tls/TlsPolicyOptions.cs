using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>A security policy in the words of the TLS library.</summary>
internal static class TlsPolicyOptions
{
    // X25519MLKEM768 is the one that browsers offer. Source: ALB user guide, security policies
    private const string PostQuantumGroups = "X25519MLKEM768:SecP256r1MLKEM768:SecP384r1MLKEM1024:";
    private const string Groups = "X25519:P-256:P-384:P-521";
    private const string FipsGroups = "P-256:P-384:P-521";

    public static TlsOptions Of(SecurityPolicy policy, IReadOnlyList<string> applicationProtocols) => new()
    {
        LeastVersion = VersionOf(policy.Protocols[0]),
        MostVersion = VersionOf(policy.Protocols[^1]),
        Ciphers = policy.Ciphers.IsEmpty ? null : string.Join(':', policy.Ciphers),
        CipherSuites = policy.CipherSuites.IsEmpty ? null : string.Join(':', policy.CipherSuites),
        Groups = (policy.IsPostQuantum ? PostQuantumGroups : "") + (policy.IsFips ? FipsGroups : Groups),
        ApplicationProtocols = applicationProtocols,
    };

    private static TlsVersion VersionOf(string protocol) => protocol switch
    {
        "TLSv1" => TlsVersion.Tls10,
        "TLSv1.1" => TlsVersion.Tls11,
        "TLSv1.2" => TlsVersion.Tls12,
        _ => TlsVersion.Tls13,
    };
}
