using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>A listener's definition to its snapshot.</summary>
/// <param name="arns">The ARNs of the account and region.</param>
/// <param name="targetGroups">Every defined group by ARN and by name; null for one that did not compile.</param>
internal sealed class ListenerCompiler(ResourceArns arns, IReadOnlyDictionary<string, TargetGroupSnapshot?> targetGroups)
{
    public ListenerSnapshot? Compile(
        ListenerDefinition definition, string loadBalancerName, ResourceFindings findings)
    {
        if (definition.Port is < 1 or > 65535 && !(definition.Port == 0 && definition.SystemMayChoosePort))
        {
            findings.Error("Port", $"Port is {definition.Port}", "1–65535");
        }

        var attributes = ListenerAttributes.Table.Read(definition.Attributes, "ListenerAttributes", findings);
        var action = CompileActions(definition, findings);
        var tls = ListenerTlsCompiler.Compile(definition, findings);
        var headers = TlsHeaderNameCompiler.Compile(definition, attributes, findings);
        return findings.HasErrors || action is null ? null : new ListenerSnapshot
        {
            Arn = arns.Listener(loadBalancerName, definition.Port),
            Port = definition.Port,
            Protocol = definition.Protocol,
            Tls = tls,
            TlsHeaders = headers,
            ServerHeaderEnabled = attributes.Flag(ListenerAttributes.ServerHeaderEnabled),
            InsertedResponseHeaders = CompileInsertedHeaders(attributes),
            Rules = [],
            DefaultRule = new RuleSnapshot
            {
                Arn = arns.Rule(loadBalancerName, definition.Port, RuleSnapshot.DefaultPriority),
                Priority = RuleSnapshot.DefaultPriority,
                Action = action,
            },
        };
    }

    private static ImmutableArray<InsertedResponseHeader> CompileInsertedHeaders(AttributeValues attributes) =>
    [
        .. ListenerAttributes.InsertedHeaders
            .Select(header => new InsertedResponseHeader(header.HeaderName, attributes.Text(header.Attribute)))
            .Where(static header => header.Value.Length > 0),
    ];

    private ForwardActionSnapshot? CompileActions(ListenerDefinition definition, ResourceFindings findings)
    {
        if (definition.DefaultActions.Length != 1)
        {
            findings.Error(
                "DefaultActions",
                definition.DefaultActions.IsEmpty ? "DefaultActions is empty" : "DefaultActions has several actions",
                "one forward action",
                AwsErrorCodes.TooManyActions);
            return null;
        }

        switch (definition.DefaultActions[0])
        {
            case ForwardActionDefinition forward:
                return CompileForward(forward, definition.Protocol, findings);
            case UnsupportedActionDefinition unsupported:
                findings.NotSupportedYet("DefaultActions[0].Type", $"action type '{unsupported.Type}'", "forward");
                return null;
            default:
                throw new NotSupportedException($"No compiler for {definition.DefaultActions[0].GetType().Name}.");
        }
    }

    private ForwardActionSnapshot? CompileForward(ForwardActionDefinition forward, ListenerProtocol protocol, ResourceFindings findings)
    {
        const string Path = "DefaultActions[0].ForwardConfig";
        if (forward.TargetGroups.Length is 0 or > ResourceQuotas.TargetGroupsPerAction)
        {
            findings.Error(
                "DefaultActions[0]",
                $"the forward action names {forward.TargetGroups.Length} target groups",
                $"1–{ResourceQuotas.TargetGroupsPerAction}");
            return null;
        }

        if (forward.TargetGroupStickinessSeconds is < ResourceQuotas.MinTargetGroupStickinessSeconds
            or > ResourceQuotas.MaxTargetGroupStickinessSeconds)
        {
            findings.Error(
                $"{Path}.TargetGroupStickinessConfig.DurationSeconds",
                $"DurationSeconds is {forward.TargetGroupStickinessSeconds}",
                $"{ResourceQuotas.MinTargetGroupStickinessSeconds}–{ResourceQuotas.MaxTargetGroupStickinessSeconds}");
        }

        var groups = CompileGroups(forward, protocol, Path, findings);
        return groups.Length < forward.TargetGroups.Length ? null : new ForwardActionSnapshot(
            groups,
            forward.TargetGroupStickinessSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    private ImmutableArray<WeightedTargetGroupSnapshot> CompileGroups(
        ForwardActionDefinition forward, ListenerProtocol protocol, string path, ResourceFindings findings)
    {
        var groups = ImmutableArray.CreateBuilder<WeightedTargetGroupSnapshot>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < forward.TargetGroups.Length; index++)
        {
            var (reference, weight) = forward.TargetGroups[index];
            var property = $"{path}.TargetGroups[{index}]";
            if (weight is < 0 or > ResourceQuotas.MaxWeight)
            {
                findings.Error($"{property}.Weight", $"Weight is {weight}", $"0–{ResourceQuotas.MaxWeight}");
            }

            if (!targetGroups.TryGetValue(reference, out var group))
            {
                findings.Error(
                    $"{property}.TargetGroupArn",
                    $"there is no target group '{reference}'",
                    awsCode: AwsErrorCodes.TargetGroupNotFound,
                    awsMessage: "One or more target groups not found");
            }
            else if (group is { ProtocolVersion: not TargetProtocolVersion.Http1 } && protocol != ListenerProtocol.Https)
            {
                // Source: ALB user guide, target groups, protocol version
                findings.Error(
                    $"{property}.TargetGroupArn",
                    $"target group '{group.Name}' has ProtocolVersion {AwsNames.Of(group.ProtocolVersion)}, and the listener's Protocol is HTTP",
                    "an HTTPS listener, or a target group of HTTP1");
            }
            else if (group is not null && !seen.Add(group.Arn))
            {
                findings.Error($"{property}.TargetGroupArn", $"target group '{group.Name}' is named twice");
            }
            else if (group is not null)
            {
                groups.Add(new WeightedTargetGroupSnapshot(group, weight));
            }
        }

        return groups.ToImmutable();
    }
}
