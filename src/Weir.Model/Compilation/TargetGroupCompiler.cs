using static Weir.Model.TargetGroupAttributes;

namespace Weir.Model;

/// <summary>A target group's definition to its snapshot.</summary>
internal static class TargetGroupCompiler
{
    private const string AttributesProperty = "TargetGroupAttributes";

    public static TargetGroupSnapshot? Compile(
        TargetGroupDefinition definition,
        ResourceArns arns,
        bool isInUse,
        bool hostsMayBeUnresolved,
        ResourceFindings findings)
    {
        if (definition.TargetType == TargetType.Lambda)
        {
            findings.NotSupportedYet("TargetType", "TargetType lambda", "instance or ip");
            return null;
        }

        CheckName(definition, findings);
        CheckProtocolAndPort(definition, findings);
        var attributes = Table.Read(definition.Attributes, AttributesProperty, findings, definition.TargetType);
        CheckConflicts(attributes);
        var snapshot = new TargetGroupSnapshot
        {
            Arn = arns.TargetGroup(definition.Name),
            Name = definition.Name,
            Protocol = definition.Protocol ?? TargetProtocol.Http,
            ProtocolVersion = definition.ProtocolVersion,
            HealthCheck = HealthCheckCompiler.Compile(definition, findings),
            Targets = TargetCompiler.Compile(definition, hostsMayBeUnresolved, findings),
            DeregistrationDelay = attributes.Seconds(DeregistrationDelay),
            Stickiness = CompileStickiness(attributes),
            Algorithm = CompileAlgorithm(attributes),
            AnomalyMitigation = attributes.Text(AnomalyMitigation) == "on",
            SlowStart = attributes.Seconds(SlowStart),
            UnhealthyStateRouting = new UnhealthyStateRoutingSnapshot(
                attributes.Integer(UnhealthyStateRoutingCount) ?? 1,
                attributes.Integer(UnhealthyStateRoutingPercentage)),
            VerifiesTargets = attributes.Flag(TargetTlsVerify),
            TargetServerName = attributes.Text(TargetTlsServerName),
            IsInUse = isInUse,
        };
        WarnOfTlsSettings(snapshot, findings);
        return findings.HasErrors ? null : snapshot;
    }

    // Whoever asks for verification must not take it for granted.
    private static void WarnOfTlsSettings(TargetGroupSnapshot group, ResourceFindings findings)
    {
        AttributeDefinition? given = group.VerifiesTargets ? TargetTlsVerify : group.TargetServerName.Length > 0 ? TargetTlsServerName : null;
        if (given is not null && group.Protocol == TargetProtocol.Http && group.HealthCheck.Protocol == TargetProtocol.Http)
        {
            findings.Warning(AttributesProperty, $"{given.Key} has no effect: these targets are spoken to over HTTP, without TLS");
        }
    }

    private static void CheckName(TargetGroupDefinition definition, ResourceFindings findings)
    {
        if (ResourceNames.AwsRefusal("Target group", definition.Name) is { } refusal)
        {
            findings.Error("Name", $"Name is '{definition.Name}'", ResourceNames.Allowed, awsMessage: refusal);
        }
    }

    private static void CheckProtocolAndPort(TargetGroupDefinition definition, ResourceFindings findings)
    {
        if (definition.Protocol is null)
        {
            findings.Error("Protocol", "Protocol is missing", "HTTP or HTTPS");
        }

        if (definition.Port is null)
        {
            findings.Error("Port", "Port is missing", "1–65535");
        }
        else if (definition.Port is < 1 or > 65535)
        {
            findings.Error("Port", $"Port is {definition.Port}", "1–65535");
        }
    }

    // Source: ALB user guide, target group attributes
    private static void CheckConflicts(AttributeValues attributes)
    {
        var algorithm = attributes.Text(Algorithm);
        if (attributes.Text(SlowStart) != "0" && algorithm != "round_robin")
        {
            attributes.Refuse(
                SlowStart, $"{SlowStart.Key} does not go with {Algorithm.Key} '{algorithm}'", "round_robin, or no slow start");
        }

        if (attributes.Text(AnomalyMitigation) == "on" && algorithm != "weighted_random")
        {
            attributes.Refuse(
                AnomalyMitigation,
                $"{AnomalyMitigation.Key} 'on' does not go with {Algorithm.Key} '{algorithm}'",
                "weighted_random, or off");
        }

        CheckStickinessConflicts(attributes, algorithm);
        CheckThresholds(attributes, DnsFailoverCount, UnhealthyStateRoutingCount);
        CheckThresholds(attributes, DnsFailoverPercentage, UnhealthyStateRoutingPercentage);
    }

    private static void CheckStickinessConflicts(AttributeValues attributes, string algorithm)
    {
        if (!attributes.Flag(StickinessEnabled))
        {
            return;
        }

        if (algorithm == "weighted_random")
        {
            attributes.Refuse(
                StickinessEnabled, $"stickiness does not go with {Algorithm.Key} 'weighted_random'");
        }

        if (attributes.Text(CrossZone) == "false")
        {
            attributes.Refuse(StickinessEnabled, $"stickiness does not go with {CrossZone.Key} 'false'");
        }

        if (attributes.Text(TargetGroupAttributes.StickinessType) == "app_cookie" && attributes.Text(AppCookieName).Length == 0)
        {
            attributes.Refuse(
                TargetGroupAttributes.StickinessType, $"{TargetGroupAttributes.StickinessType.Key} 'app_cookie' needs {AppCookieName.Key}");
        }
    }

    private static void CheckThresholds(AttributeValues attributes, AttributeDefinition dns, AttributeDefinition routing)
    {
        // Only thresholds that somebody set are held against each other: the defaults are 1 and off.
        if (attributes.IsSet(dns) && attributes.IsSet(routing)
            && attributes.Integer(dns) is { } dnsThreshold && attributes.Integer(routing) is { } routingThreshold
            && dnsThreshold < routingThreshold)
        {
            attributes.Refuse(
                dns, $"{dns.Key} is {dnsThreshold}", $"at least {routing.Key} ({routingThreshold}), or off");
        }
    }

    private static StickinessSnapshot CompileStickiness(AttributeValues attributes)
    {
        var isAppCookie = attributes.Text(TargetGroupAttributes.StickinessType) == "app_cookie";
        return new StickinessSnapshot(
            attributes.Flag(StickinessEnabled),
            isAppCookie ? StickinessType.AppCookie : StickinessType.LbCookie,
            attributes.Seconds(isAppCookie ? AppCookieDuration : LbCookieDuration),
            isAppCookie ? attributes.Text(AppCookieName) : "");
    }

    private static LoadBalancingAlgorithm CompileAlgorithm(AttributeValues attributes) =>
        attributes.Text(Algorithm) switch
        {
            "least_outstanding_requests" => LoadBalancingAlgorithm.LeastOutstandingRequests,
            "weighted_random" => LoadBalancingAlgorithm.WeightedRandom,
            _ => LoadBalancingAlgorithm.RoundRobin,
        };
}
