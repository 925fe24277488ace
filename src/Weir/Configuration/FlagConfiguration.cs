using System.Collections.Immutable;
using System.Net;
using Weir.Model;

namespace Weir.Configuration;

/// <summary>
/// The definitions that flags make: one load balancer for each address listened on, as in AWS each has addresses of its
/// own, and a target group for each, since a group belongs to one load balancer.
/// </summary>
internal sealed class FlagConfiguration : IConfigurationSource
{
    public const string DefaultName = "weir";

    public required ImmutableArray<ListenAddress> Listeners { get; init; }

    public required ImmutableArray<TargetUrl> Targets { get; init; }

    /// <summary>Of every HTTPS listener; the first is the default.</summary>
    public ImmutableArray<CertificateFiles> Certificates { get; init; } = [];

    public string? SecurityPolicy { get; init; }

    /// <summary>Of every HTTPS listener; null: clients are not asked for certificates.</summary>
    public MutualAuthentication? MutualAuthentication { get; init; }

    public required AttributeFlags Attributes { get; init; }

    public string BaseName { get; init; } = DefaultName;

    public TargetProtocolVersion ProtocolVersion { get; init; }

    public string? HealthCheckPath { get; init; }

    public string? HealthCheckCodes { get; init; }

    public bool CanChange => false;

    public string Name => "the command line";

    public ExitCode ErrorCode => ExitCode.Usage;

    public ConfigurationLoad Load() => new(Define(), [], []);

    /// <summary>The same with these targets, for a node that brings its own.</summary>
    public FlagConfiguration WithTargets(ImmutableArray<TargetUrl> targets) => new()
    {
        Listeners = Listeners,
        Certificates = Certificates,
        SecurityPolicy = SecurityPolicy,
        MutualAuthentication = MutualAuthentication,
        Targets = targets,
        Attributes = Attributes,
        BaseName = BaseName,
        ProtocolVersion = ProtocolVersion,
        HealthCheckPath = HealthCheckPath,
        HealthCheckCodes = HealthCheckCodes,
    };

    private BalancerDefinition Define()
    {
        IPAddress[] addresses = [.. Listeners.Select(static listener => listener.Address).Distinct()];
        return new BalancerDefinition
        {
            LoadBalancers = [.. addresses.Select((address, index) => DefineLoadBalancer(NameOf(index), address))],
            Listeners =
            [
                .. Listeners.Select(listener => DefineListener(NameOf(Array.IndexOf(addresses, listener.Address)), listener)),
            ],
            TargetGroups = [.. addresses.Select((_, index) => DefineTargetGroup(NameOf(index)))],
        };
    }

    private TargetProtocol Protocol => Targets.Any(static target => target.IsTls) ? TargetProtocol.Https : TargetProtocol.Http;

    private string NameOf(int index)
    {
        string suffix = index == 0 ? "" : $"-{index + 1}";
        return BaseName.Length + suffix.Length <= ResourceNames.MaxCharacters
            ? BaseName + suffix
            : BaseName[..(ResourceNames.MaxCharacters - suffix.Length)] + suffix;
    }

    private LoadBalancerDefinition DefineLoadBalancer(string name, IPAddress address) => new()
    {
        Name = name,
        ListenAddress = address,
        Attributes = Attributes.LoadBalancer,
        Origin = new DefinitionOrigin($"load balancer '{name}'"),
    };

    private ListenerDefinition DefineListener(string name, ListenAddress listener) => new()
    {
        LoadBalancer = name,
        Port = listener.Port,
        SystemMayChoosePort = true,
        Protocol = listener.IsTls ? ListenerProtocol.Https : ListenerProtocol.Http,
        DefaultCertificate = listener.IsTls ? Certificates.FirstOrDefault() : null,
        // The default one is chosen from too, as in a listener that AWS's console makes. Alone, there is nothing to choose.
        Certificates = listener.IsTls && Certificates.Length > 1 ? Certificates : [],
        SecurityPolicy = listener.IsTls ? SecurityPolicy : null,
        MutualAuthentication = listener.IsTls ? MutualAuthentication : null,
        Attributes = Attributes.Listener,
        DefaultActions = [ActionDefinition.ForwardTo(name)],
        Origin = new DefinitionOrigin($"listener {listener.EndPoint}"),
    };

    private TargetGroupDefinition DefineTargetGroup(string name) => new()
    {
        Name = name,
        TargetType = TargetType.Ip,
        Protocol = Protocol,
        // Required, and unused: every target has its own.
        Port = 80,
        ProtocolVersion = ProtocolVersion,
        HealthCheck = new HealthCheckDefinition
        {
            Path = HealthCheckPath,
            Protocol = Protocol,
            HttpCode = ProtocolVersion == TargetProtocolVersion.Grpc ? null : HealthCheckCodes,
            GrpcCode = ProtocolVersion == TargetProtocolVersion.Grpc ? HealthCheckCodes : null,
        },
        Targets = [.. Targets.Select(DefineTarget)],
        Attributes = Attributes.TargetGroup,
        Origin = new DefinitionOrigin($"target group '{name}'"),
    };

    private static TargetDefinition DefineTarget(TargetUrl target) => target.Address is { } address
        ? new TargetDefinition(address.ToString(), target.Port)
        : new TargetDefinition(target.Host, target.Port, new TargetEndpoint(target.Host, target.Port));
}
