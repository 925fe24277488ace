using System.Text;
using Weir.Model;

namespace Weir.ControlPlane.Tests.Templates;

/// <summary>Definitions as text for comparison with golden files; nothing that a template can set is left out.</summary>
internal static class DefinitionText
{
    public static string Render(BalancerDefinition definition)
    {
        var text = new StringBuilder();
        foreach (var balancer in definition.LoadBalancers)
        {
            text.AppendLine($"load balancer {balancer.Name} {AwsNames.Of(balancer.Scheme)} on {balancer.ListenAddress}");
            Render(text, balancer.Attributes);
        }

        foreach (var listener in definition.Listeners)
        {
            text.AppendLine($"listener {AwsNames.Of(listener.Protocol)}:{listener.Port} of {Tail(listener.LoadBalancer)}");
            foreach (var group in listener.DefaultActions.Cast<ForwardActionDefinition>().SelectMany(a => a.TargetGroups))
            {
                text.AppendLine($"  forward to {Tail(group.TargetGroup)} weight {group.Weight}");
            }

            Render(text, listener.Attributes);
        }

        foreach (var group in definition.TargetGroups)
        {
            Render(text, group);
        }

        return text.ToString();
    }

    private static void Render(StringBuilder text, TargetGroupDefinition group)
    {
        var protocol = group.Protocol is { } known ? AwsNames.Of(known) : "-";
        text.AppendLine(
            $"target group {group.Name} {AwsNames.Of(group.TargetType)} {protocol}:{group.Port} "
            + AwsNames.Of(group.ProtocolVersion));
        var check = group.HealthCheck;
        text.AppendLine(
            $"  health check {check.Protocol?.ToString() ?? "-"} port {check.Port ?? "-"} path {check.Path ?? "-"} "
            + $"interval {check.IntervalSeconds?.ToString() ?? "-"} timeout {check.TimeoutSeconds?.ToString() ?? "-"} "
            + $"thresholds {check.HealthyThresholdCount?.ToString() ?? "-"}/"
            + $"{check.UnhealthyThresholdCount?.ToString() ?? "-"} codes {check.HttpCode ?? check.GrpcCode ?? "-"}");
        foreach (var target in group.Targets)
        {
            var reached = target.Endpoint is { } endpoint ? $" reached at {endpoint}" : "";
            text.AppendLine($"  target {target.Id} port {target.Port?.ToString() ?? "-"}{reached}");
        }

        Render(text, group.Attributes);
    }

    private static void Render(StringBuilder text, IEnumerable<AttributeSetting> attributes)
    {
        foreach (var (key, value) in attributes)
        {
            text.AppendLine($"  {key} = {value}");
        }
    }

    private static string Tail(string arn) => string.Join('/', arn.Split('/')[..^1]);
}
