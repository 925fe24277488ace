using System.Collections.Immutable;
using static Weir.Model.LoadBalancerAttributes;

namespace Weir.Model;

/// <summary>A load balancer's definition, with its compiled listeners, to its snapshot.</summary>
internal static class LoadBalancerCompiler
{
    public static LoadBalancerSnapshot? Compile(
        LoadBalancerDefinition definition,
        ImmutableArray<ListenerSnapshot> listeners,
        ResourceArns arns,
        ResourceFindings findings)
    {
        CheckName(definition, findings);
        var attributes = Table.Read(definition.Attributes, "LoadBalancerAttributes", findings);
        CheckLogs(attributes, AccessLogsEnabled, AccessLogsBucket);
        CheckLogs(attributes, ConnectionLogsEnabled, ConnectionLogsBucket);
        CheckPolicies(listeners, findings);
        CheckVerifyingListeners(listeners, findings);
        CheckProtocolVersions(listeners, attributes, findings);
        CheckLogs(attributes, HealthCheckLogsEnabled, HealthCheckLogsBucket);
        var snapshot = new LoadBalancerSnapshot
        {
            Arn = arns.LoadBalancer(definition.Name),
            Name = definition.Name,
            ResourceId = ResourceArns.LoadBalancerResourceId(definition.Name),
            DnsName = arns.DnsName(definition.Name, definition.Scheme),
            ListenAddress = definition.ListenAddress,
            Listeners = listeners,
            IdleTimeout = attributes.Seconds(IdleTimeout),
            ClientKeepAlive = attributes.Seconds(ClientKeepAlive),
            DesyncMitigationMode = CompileDesyncMode(attributes),
            DropInvalidHeaderFields = attributes.Flag(DropInvalidHeaderFields),
            PreserveHostHeader = attributes.Flag(PreserveHostHeader),
            TellsTlsVersionAndCipherSuite = attributes.Flag(TlsVersionAndCipherSuite),
            XffClientPort = attributes.Flag(XffClientPort),
            XffHeaderProcessing = CompileXffMode(attributes),
            Http2Enabled = attributes.Flag(Http2Enabled),
            StaleConnections = new StaleConnectionSettings
            {
                Mode = attributes.Text(LoadBalancerAttributes.StaleConnectionMode) == "observe"
                    ? StaleConnectionMode.Observe
                    : StaleConnectionMode.Protect,
                LearnsFromHints = attributes.Flag(StaleConnectionLearnFromHints),
                HeldBodyBytes = attributes.Integer(StaleConnectionHeldBody)!.Value,
                RoundTrip = TimeSpan.FromMilliseconds(attributes.Integer(StaleConnectionRoundTrip)!.Value),
            },
            ClientHalfClose = attributes.Text(LoadBalancerAttributes.ClientHalfClose) == "tolerate"
                ? ClientHalfClose.Tolerate
                : ClientHalfClose.Strict,
            PoolOrder = attributes.Text(LoadBalancerAttributes.PoolOrder) == "oldest_first"
                ? PoolOrder.OldestFirst
                : PoolOrder.NewestFirst,
        };
        return findings.HasErrors ? null : snapshot;
    }

    private static void CheckName(LoadBalancerDefinition definition, ResourceFindings findings)
    {
        var refusal = ResourceNames.AwsRefusal("Load balancer", definition.Name);
        if (refusal is null && definition.Name.StartsWith("internal-", StringComparison.Ordinal))
        {
            refusal = $"Load balancer name '{definition.Name}' cannot begin with 'internal-'";
        }

        if (refusal is not null)
        {
            findings.Error(
                "Name",
                $"Name is '{definition.Name}'",
                $"{ResourceNames.Allowed}, not beginning with internal-",
                awsMessage: refusal);
        }
    }

    // Source: ALB user guide, security policies: which may be together on one load balancer
    private static void CheckPolicies(ImmutableArray<ListenerSnapshot> listeners, ResourceFindings findings)
    {
        var policies = listeners.Select(static listener => listener.Tls?.Policy).OfType<SecurityPolicy>().ToList();
        var plain = policies.Find(static policy => policy.Kind == SecurityPolicyKind.Tls);
        if (plain is not null && policies.Find(static policy => policy.Kind != SecurityPolicyKind.Tls) is { } other)
        {
            findings.Error(
                "",
                $"its listeners have the security policies {plain.Name} and {other.Name}, which do not go together",
                "FIPS and post-quantum policies, or neither",
                AwsErrorCodes.InvalidConfigurationRequest);
        }
    }

    private static void CheckVerifyingListeners(ImmutableArray<ListenerSnapshot> listeners, ResourceFindings findings)
    {
        int verifying = listeners.Count(static listener => listener.Tls?.MutualAuthentication?.Mode == MutualAuthenticationMode.Verify);
        if (verifying > ResourceQuotas.VerifyingListenersPerLoadBalancer)
        {
            findings.Error(
                "", $"{verifying} of its listeners verify clients' certificates", $"up to {ResourceQuotas.VerifyingListenersPerLoadBalancer}");
        }
    }

    // Source: ALB user guide, target groups, protocol version: the requests that may go to each
    private static void CheckProtocolVersions(ImmutableArray<ListenerSnapshot> listeners, AttributeValues attributes, ResourceFindings findings)
    {
        if (attributes.Flag(Http2Enabled))
        {
            return;
        }

        var groups = listeners
            .SelectMany(static listener => listener.DefaultRule.Action is ForwardActionSnapshot forward ? forward.TargetGroups : [])
            .Select(static weighted => weighted.TargetGroup)
            .Where(static group => group.ProtocolVersion != TargetProtocolVersion.Http1)
            .DistinctBy(static group => group.Arn);
        foreach (var group in groups)
        {
            findings.Warning(
                "LoadBalancerAttributes",
                $"{Http2Enabled.Key} is 'false', and only HTTP/2 goes to target group '{group.Name}' of ProtocolVersion {AwsNames.Of(group.ProtocolVersion)}: "
                + "every request to it is answered 464");
        }
    }

    private static void CheckLogs(AttributeValues attributes, AttributeDefinition enabled, AttributeDefinition bucket)
    {
        if (attributes.Flag(enabled) && attributes.Text(bucket).Length == 0)
        {
            attributes.Refuse(enabled, $"{enabled.Key} is 'true', but {bucket.Key} is not set");
        }
    }

    private static DesyncMitigationMode CompileDesyncMode(AttributeValues attributes) =>
        attributes.Text(LoadBalancerAttributes.DesyncMitigationMode) switch
        {
            "monitor" => DesyncMitigationMode.Monitor,
            "strictest" => DesyncMitigationMode.Strictest,
            _ => DesyncMitigationMode.Defensive,
        };

    private static XffHeaderProcessing CompileXffMode(AttributeValues attributes) =>
        attributes.Text(LoadBalancerAttributes.XffHeaderProcessing) switch
        {
            "preserve" => XffHeaderProcessing.Preserve,
            "remove" => XffHeaderProcessing.Remove,
            _ => XffHeaderProcessing.Append,
        };
}
