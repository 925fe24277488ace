using System.Collections.Immutable;
using System.Net;
using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>What a template is loaded with: everything that AWS would know and the file does not say.</summary>
public sealed record TemplateOptions
{
    /// <summary>How messages name the file.</summary>
    public string File { get; init; } = "template";

    /// <summary>Values given for parameters of the template.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Where instances are reached: by instance id, or by the logical id of an instance in the template.</summary>
    public IReadOnlyDictionary<string, TargetEndpoint> Instances { get; init; } =
        new Dictionary<string, TargetEndpoint>();

    /// <summary>The files of certificates: by ARN, or by the logical id of a certificate in the template.</summary>
    public IReadOnlyDictionary<string, CertificateFiles> Certificates { get; init; } =
        new Dictionary<string, CertificateFiles>();

    /// <summary>The files of trust stores: by ARN, or by the logical id of a trust store in the template.</summary>
    public IReadOnlyDictionary<string, string> TrustStores { get; init; } = new Dictionary<string, string>();

    /// <summary>What their authorities have revoked: by ARN, logical id, or the file that stands in the place of an ARN.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<string>> Revocations { get; init; } = new Dictionary<string, ImmutableArray<string>>();

    /// <summary>The flag that gives a parameter, named in messages.</summary>
    public string ParameterFlag { get; init; } = "--parameter";

    /// <summary>The flag that gives an instance's place, named in messages.</summary>
    public string InstanceFlag { get; init; } = "--instance";

    /// <summary>The flag that gives a certificate's file, named in messages.</summary>
    public string CertificateFlag { get; init; } = "--certificate";

    /// <summary>The flag that gives a trust store's file, named in messages.</summary>
    public string TrustStoreFlag { get; init; } = "--client-ca";

    /// <summary>The flag that gives the file of revocation lists, named in messages.</summary>
    public string RevocationFlag { get; init; } = "--client-crl";

    public string Region { get; init; } = BalancerDefinition.DefaultRegion;

    public string AccountId { get; init; } = BalancerDefinition.DefaultAccountId;

    public string StackName { get; init; } = "weir";

    /// <summary>
    /// The local address that a load balancer's listeners bind to, by its logical id and its name. In AWS every load
    /// balancer has addresses of its own; two that share one cannot both have port 80.
    /// </summary>
    public Func<string, string, IPAddress> ListenAddressOf { get; init; } = static (_, _) => IPAddress.Any;
}
