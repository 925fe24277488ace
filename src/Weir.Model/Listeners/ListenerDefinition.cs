using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>A listener as somebody defined it: not validated. Immutable.</summary>
public sealed record ListenerDefinition
{
    /// <summary>ARN or name of its load balancer.</summary>
    public required string LoadBalancer { get; init; }

    public required int Port { get; init; }

    /// <summary>Port 0 is allowed and means one that the system chooses. Weir's own: AWS has no such thing.</summary>
    public bool SystemMayChoosePort { get; init; }

    public ListenerProtocol Protocol { get; init; } = ListenerProtocol.Http;

    /// <summary>HTTPS only: the certificate for clients that name no server, or one that no certificate is for.</summary>
    public CertificateFiles? DefaultCertificate { get; init; }

    /// <summary>HTTPS only: the certificates that are chosen from by the name that a client asks for (SNI).</summary>
    public ImmutableArray<CertificateFiles> Certificates { get; init; } = [];

    /// <summary>HTTPS only: <c>ELBSecurityPolicy-…</c>; null: ALB's default.</summary>
    public string? SecurityPolicy { get; init; }

    /// <summary>HTTPS only: clients are asked for certificates; null: they are not.</summary>
    public MutualAuthentication? MutualAuthentication { get; init; }

    public required ImmutableArray<ActionDefinition> DefaultActions { get; init; }

    public ImmutableArray<AttributeSetting> Attributes { get; init; } = [];

    public DefinitionOrigin? Origin { get; init; }
}
