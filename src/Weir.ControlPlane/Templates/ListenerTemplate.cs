using System.Collections.Immutable;
using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>An AWS::ElasticLoadBalancingV2::Listener of a template to its definition.</summary>
internal static class ListenerTemplate
{
    public static ListenerDefinition Define(ResourceProperties properties, TemplateOptions options, TemplateGivens givens)
    {
        foreach (var tlsOnly in (string[])["Certificates", "SslPolicy", "MutualAuthentication"])
        {
            if (properties.Has(tlsOnly) && properties.Text("Protocol") == "HTTP")
            {
                properties.Error(tlsOnly, $"{tlsOnly} is given, but Protocol is HTTP", "on HTTPS listeners only");
            }
        }

        if (properties.Has("AlpnPolicy"))
        {
            properties.Error("AlpnPolicy", "AlpnPolicy exists only on network load balancers");
        }

        ImmutableArray<CertificateFiles> certificates = CertificateTemplate.Define(properties, options, givens);
        if (properties.Count("Certificates") > 1)
        {
            properties.Error(
                "Certificates", $"there are {properties.Count("Certificates")} certificates", $"one; {TemplateResource.ListenerCertificateType} adds others");
        }

        return new ListenerDefinition
        {
            LoadBalancer = properties.Text("LoadBalancerArn") ?? "",
            Port = properties.Integer("Port") ?? 0,
            Protocol = AwsNames.ParseListenerProtocol(properties.Text("Protocol") ?? "") ?? ListenerProtocol.Http,
            DefaultCertificate = certificates.FirstOrDefault(),
            MutualAuthentication = TrustStoreTemplate.Define(properties, options, givens),
            SecurityPolicy = properties.Text("SslPolicy"),
            DefaultActions =
            [
                .. Enumerable.Range(0, properties.Count("DefaultActions"))
                    .Select(index => DefineAction(properties, $"DefaultActions[{index}]")),
            ],
            Attributes = properties.Attributes("ListenerAttributes"),
            Origin = properties.Origin(),
        };
    }

    private static ActionDefinition DefineAction(ResourceProperties properties, string path)
    {
        var type = properties.Text($"{path}.Type");
        return type is null or "forward" ? DefineForward(properties, path) : new UnsupportedActionDefinition(type);
    }

    private static ForwardActionDefinition DefineForward(ResourceProperties properties, string path)
    {
        var config = $"{path}.ForwardConfig";
        var single = properties.Text($"{path}.TargetGroupArn");
        var groups = DefineGroups(properties, config);
        if (groups.Length > 1)
        {
            properties.Error(
                $"{config}.TargetGroups", "forwarding to several target groups is not supported yet", "one target group");
        }
        else if (properties.Flag($"{config}.TargetGroupStickinessConfig.Enabled") == true)
        {
            properties.Error(
                $"{config}.TargetGroupStickinessConfig.Enabled", "target group stickiness is not supported yet", "false");
        }
        else if (single is not null && groups is [{ TargetGroup: var other }] && other != single)
        {
            properties.Error(
                $"{path}.TargetGroupArn", "TargetGroupArn and ForwardConfig name different target groups", "the same one");
        }
        else if (single is null && groups.IsEmpty
            && !properties.Has($"{path}.TargetGroupArn") && !properties.Has($"{config}.TargetGroups"))
        {
            properties.Error($"{path}.TargetGroupArn", $"{path} names no target group", "TargetGroupArn or ForwardConfig");
        }

        return single is not null && groups.IsEmpty
            ? ActionDefinition.ForwardTo(single)
            : new ForwardActionDefinition { TargetGroups = groups };
    }

    private static ImmutableArray<WeightedTargetGroupDefinition> DefineGroups(
        ResourceProperties properties, string config)
    {
        var groups = ImmutableArray.CreateBuilder<WeightedTargetGroupDefinition>();
        for (var index = 0; index < properties.Count($"{config}.TargetGroups"); index++)
        {
            var item = $"{config}.TargetGroups[{index}]";
            if (properties.Text($"{item}.TargetGroupArn") is { } arn)
            {
                groups.Add(new WeightedTargetGroupDefinition(arn, properties.Integer($"{item}.Weight") ?? 1));
            }
        }

        return groups.ToImmutable();
    }
}
