using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Weir.Model;

/// <summary>The targets of a group to their snapshots: addresses, ports, nothing twice.</summary>
internal static class TargetCompiler
{
    public static ImmutableArray<TargetSnapshot> Compile(
        TargetGroupDefinition group, bool hostsMayBeUnresolved, ResourceFindings findings)
    {
        if (group.Targets.Length > ResourceQuotas.TargetsPerTargetGroup)
        {
            findings.Error(
                "Targets",
                $"there are {group.Targets.Length} targets",
                $"up to {ResourceQuotas.TargetsPerTargetGroup}",
                AwsErrorCodes.TooManyTargets);
            return [];
        }

        var targets = ImmutableArray.CreateBuilder<TargetSnapshot>();
        var byKey = new Dictionary<string, TargetSnapshot>(StringComparer.Ordinal);
        for (var index = 0; index < group.Targets.Length; index++)
        {
            var path = $"Targets[{index}]";
            if (CompileOne(group, group.Targets[index], path, hostsMayBeUnresolved, findings) is not { } target)
            {
                continue;
            }

            if (byKey.TryAdd(target.Key, target))
            {
                targets.Add(target);
            }
            else if (byKey[target.Key].Id != target.Id)
            {
                findings.Error(
                    path, $"targets '{byKey[target.Key].Id}' and '{target.Id}' are both reached at {target.Key}");
            }
            //// Registering the same id and port twice changes nothing, so it is no error. Source: ELBv2 API model
        }

        return targets.ToImmutable();
    }

    private static TargetSnapshot? CompileOne(
        TargetGroupDefinition group,
        TargetDefinition target,
        string path,
        bool hostsMayBeUnresolved,
        ResourceFindings findings)
    {
        var port = target.Endpoint?.Port ?? target.Port ?? group.Port ?? 0;
        if (port is < 1 or > 65535)
        {
            // A group without a port has its own error already.
            if (target.Endpoint is not null || target.Port is not null)
            {
                findings.Error($"{path}.Port", $"port of target '{target.Id}' is {port}", "1–65535");
            }

            return null;
        }

        var host = target.Endpoint?.Host ?? target.Id;
        if (!IPAddressText.TryParse(host, out var address))
        {
            ReportHost(target, path, hostsMayBeUnresolved, findings);
            return null;
        }

        return IsUsable(group, target, address, path, findings) ? new TargetSnapshot(target.Id, address, port) : null;
    }

    private static void ReportHost(
        TargetDefinition target, string path, bool hostsMayBeUnresolved, ResourceFindings findings)
    {
        if (target.Endpoint is null)
        {
            findings.Error(
                $"{path}.Id",
                $"target '{target.Id}' is not an IP address",
                "an IP address; a target group of type ip takes no host names",
                AwsErrorCodes.ValidationError,
                $"The IP address '{target.Id}' is not a valid IPv4 address");
        }
        else if (!hostsMayBeUnresolved)
        {
            findings.Error(
                $"{path}.Id", $"the host name '{target.Endpoint.Host}' of target '{target.Id}' has no address");
        }
    }

    private static bool IsUsable(
        TargetGroupDefinition group, TargetDefinition target, IPAddress address, string path, ResourceFindings findings)
    {
        // ALB takes private addresses only; here any host that can be connected to may be a target.
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Broadcast)
            || address.IsIPv6Multicast || IsIpv4Multicast(address))
        {
            findings.Error(
                $"{path}.Id",
                $"target '{target.Id}' is at {address}, which is not the address of one host",
                awsCode: AwsErrorCodes.InvalidTarget);
            return false;
        }

        var isIpv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        if (group.IpAddressType is { } family && target.Endpoint is null && isIpv6 != (family == IpAddressType.Ipv6))
        {
            findings.Error(
                $"{path}.Id",
                $"target '{target.Id}' is an {(isIpv6 ? "IPv6" : "IPv4")} address, "
                + $"but the group's IpAddressType is {AwsNames.Of(family)}",
                awsCode: AwsErrorCodes.InvalidTarget);
            return false;
        }

        return true;
    }

    private static bool IsIpv4Multicast(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork && (address.GetAddressBytes()[0] & 0xF0) == 0xE0;
}
