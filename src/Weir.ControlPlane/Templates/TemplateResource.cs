using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>One entry of the template's Resources, not evaluated.</summary>
internal sealed record TemplateResource(
    string LogicalId, string Type, MappingNode? Properties, MappingEntry? Condition, SourceLocation Location)
{
    private const string Elbv2 = "AWS::ElasticLoadBalancingV2::";

    public const string LoadBalancerType = Elbv2 + "LoadBalancer";
    public const string ListenerType = Elbv2 + "Listener";
    public const string ListenerCertificateType = Elbv2 + "ListenerCertificate";
    public const string TrustStoreType = Elbv2 + "TrustStore";
    public const string TrustStoreRevocationType = Elbv2 + "TrustStoreRevocation";
    public const string TargetGroupType = Elbv2 + "TargetGroup";

    public bool IsElbv2 => Type.StartsWith(Elbv2, StringComparison.Ordinal);

    /// <summary>`TargetGroup 'Api'`: what errors call it.</summary>
    public string Label => $"{(IsElbv2 ? Type[Elbv2.Length..] : "Resource")} '{LogicalId}'";
}
