using System.Collections.Immutable;
using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>An AWS::ElasticLoadBalancingV2::TargetGroup of a template to its definition.</summary>
internal static class TargetGroupTemplate
{
    public static TargetGroupDefinition Define(ResourceProperties properties, string name, TemplateOptions options, TemplateGivens givens)
    {
        if (properties.Text("TargetType") == "alb")
        {
            properties.Error("TargetType", "TargetType alb is for network load balancers", "instance or ip");
        }

        if (properties.Has("TargetControlPort"))
        {
            properties.Error("TargetControlPort", "TargetControlPort (target optimizer) is not supported yet");
        }

        var type = AwsNames.ParseTargetType(properties.Text("TargetType") ?? "") ?? TargetType.Instance;
        return new TargetGroupDefinition
        {
            Name = name,
            TargetType = type,
            Port = properties.Integer("Port"),
            Protocol = AwsNames.ParseTargetProtocol(properties.Text("Protocol") ?? ""),
            ProtocolVersion = AwsNames.ParseTargetProtocolVersion(properties.Text("ProtocolVersion") ?? "")
                ?? TargetProtocolVersion.Http1,
            IpAddressType = AwsNames.ParseIpAddressType(properties.Text("IpAddressType") ?? "ipv4"),
            HealthCheck = DefineHealthCheck(properties),
            Targets = type == TargetType.Lambda ? [] : DefineTargets(properties, type, options, givens),
            Attributes = properties.Attributes("TargetGroupAttributes"),
            Origin = properties.Origin(),
        };
    }

    private static HealthCheckDefinition DefineHealthCheck(ResourceProperties properties) => new()
    {
        Enabled = properties.Flag("HealthCheckEnabled"),
        Protocol = AwsNames.ParseTargetProtocol(properties.Text("HealthCheckProtocol") ?? ""),
        Port = properties.Text("HealthCheckPort"),
        Path = properties.Text("HealthCheckPath"),
        IntervalSeconds = properties.Integer("HealthCheckIntervalSeconds"),
        TimeoutSeconds = properties.Integer("HealthCheckTimeoutSeconds"),
        HealthyThresholdCount = properties.Integer("HealthyThresholdCount"),
        UnhealthyThresholdCount = properties.Integer("UnhealthyThresholdCount"),
        HttpCode = properties.Text("Matcher.HttpCode"),
        GrpcCode = properties.Text("Matcher.GrpcCode"),
    };

    private static ImmutableArray<TargetDefinition> DefineTargets(
        ResourceProperties properties, TargetType type, TemplateOptions options, TemplateGivens givens)
    {
        var targets = ImmutableArray.CreateBuilder<TargetDefinition>();
        for (var index = 0; index < properties.Count("Targets"); index++)
        {
            var path = $"Targets[{index}]";
            if (properties.Scalar($"{path}.Id") is not { } id)
            {
                continue;
            }

            var target = new TargetDefinition(id.Text, properties.Integer($"{path}.Port"));
            if (EndpointOf(id, givens) is { } endpoint)
            {
                targets.Add(target with { Endpoint = endpoint });
            }
            else if (type == TargetType.Instance || id.PlaceholderFor is not null)
            {
                properties.Error(
                    $"{path}.Id",
                    $"where target '{id.Text}' is reached is not known; "
                    + $"add {options.InstanceFlag} {id.PlaceholderFor ?? id.Text}=HOST:PORT");
            }
            else
            {
                targets.Add(target);
            }
        }

        return targets.ToImmutable();
    }

    private static TargetEndpoint? EndpointOf(ScalarNode id, TemplateGivens givens) =>
        givens.TryGetInstance(id.Text, out var endpoint)
        || (id.PlaceholderFor is { } logicalId && givens.TryGetInstance(logicalId, out endpoint))
            ? endpoint
            : null;
}
