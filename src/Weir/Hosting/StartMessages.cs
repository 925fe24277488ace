using System.Net;
using System.Runtime.Versioning;
using Weir.Balancer;
using Weir.Configuration;
using Weir.Diagnosis.Reports;
using Weir.Model;
using Weir.Output;

namespace Weir.Hosting;

/// <summary>What a node says when it starts: one line each, no wider than a terminal.</summary>
[SupportedOSPlatform("linux")]
internal sealed class StartMessages(MessageWriter messages, NodeSettings settings)
{
    // More targets than this on one line is a table, and `weir status` has that.
    private const int MaxTargetsShown = 3;

    public void Node(int loops, int maxClients, DescriptorLimit? descriptors)
    {
        string files = descriptors switch
        {
            null => "open files unknown",
            { Before: var before, Now: var now } when before == now => $"up to {now} open files",
            { Before: var before, Now: var now } => $"up to {now} open files (raised from {before})",
        };
        string clients = maxClients == 0 ? "" : $"up to {Plural.Of(maxClients, "client")}, ";
        messages.Say(
            "start",
            $"weir {BuildVersion.Number}: {Plural.Of(loops, "loop")}, {clients}{files}",
            ("version", BuildVersion.Number),
            ("loops", loops),
            ("max_connections", maxClients),
            ("open_files", (long)Math.Min(descriptors?.Now ?? 0, long.MaxValue)));
    }

    public void Warnings(IEnumerable<ConfigurationWarning> warnings)
    {
        foreach (ConfigurationWarning warning in warnings)
        {
            messages.Warn("configuration", warning.ToString());
        }
    }

    /// <summary>The listeners that are open now and were not before.</summary>
    public void Listeners(BalancerNode node, BalancerSnapshot snapshot, BalancerSnapshot before)
    {
        HashSet<(string Arn, IPAddress Address)> known =
        [
            .. from balancer in before.LoadBalancers
               from listener in balancer.Listeners
               select (listener.Arn, balancer.ListenAddress),
        ];
        foreach (LoadBalancerSnapshot balancer in snapshot.LoadBalancers)
        {
            foreach (ListenerSnapshot listener in balancer.Listeners.Where(listener => !known.Contains((listener.Arn, balancer.ListenAddress))))
            {
                var endpoint = new IPEndPoint(balancer.ListenAddress, node.PortOf(listener.Arn));
                string url = $"{AwsNames.SchemeOf(listener.Protocol)}://{endpoint}";
                string targets = DescribeTargets(listener);
                messages.Say(
                    "listening",
                    $"listening on {url} → {targets}",
                    ("url", url),
                    ("targets", targets),
                    ("load_balancer", balancer.Name),
                    ("port", endpoint.Port));
            }
        }
    }

    /// <summary>The load balancers whose clients find them elsewhere now, and the options that would have kept them.</summary>
    public void Moved(BalancerSnapshot snapshot, BalancerSnapshot before)
    {
        foreach (LoadBalancerSnapshot balancer in snapshot.LoadBalancers)
        {
            LoadBalancerSnapshot? old = before.LoadBalancers.FirstOrDefault(other => other.Arn == balancer.Arn);
            if (old is not null && !old.ListenAddress.Equals(balancer.ListenAddress))
            {
                string option = $"{TemplateConfiguration.AddressFlag} {balancer.Name}={old.ListenAddress}";
                messages.Warn(
                    "moved",
                    $"{balancer.Name} is at {balancer.ListenAddress} now, and was at {old.ListenAddress}: addresses follow the template's "
                        + $"order; {option} keeps it there",
                    ("load_balancer", balancer.Name),
                    ("option", option));
            }
        }
    }

    /// <summary>That nobody else can connect, and the option that changes it.</summary>
    public void LocalOnly()
    {
        string? option = settings.Source switch
        {
            FlagConfiguration flags when flags.Listeners.FirstOrDefault(static listener => listener.IsDefaultAddress) is { } local =>
                $"--listen {(local.IsTls ? "https://" : "")}0.0.0.0:{local.Port}",
            TemplateConfiguration template when template.LocalOnly.FirstOrDefault() is { } name =>
                $"{TemplateConfiguration.AddressFlag} {name}=0.0.0.0",
            _ => null,
        };
        if (option is not null)
        {
            messages.Say("local-only", $"only this machine can connect; {option} lets others in", ("option", option));
        }
    }

    public void AccessLog() => messages.Say(
        "access-log",
        settings.AccessLog switch
        {
            null => "access log: off; --access-log FILE writes one",
            "-" => "access log: standard output",
            { } path => $"access log: {path}",
        },
        ("destination", settings.AccessLog ?? "off"));

    public void ConnectionLog() => Log("connection-log", "connection log", settings.ConnectionLog);

    public void Explain() => Log("explain-log", "explain log", settings.Explain);

    private void Log(string messageName, string name, string? destination)
    {
        if (destination is not null)
        {
            string where = destination == "-" ? "standard output" : destination;
            messages.Say(messageName, $"{name}: {where}", ("destination", destination));
        }
    }

    public void Admin(IPEndPoint? endPoint)
    {
        if (endPoint is null)
        {
            messages.Say("admin", "admin: off", ("url", null));
        }
        else
        {
            messages.Say("admin", $"admin: http://{endPoint} (/status, /metrics, /healthz)", ("url", $"http://{endPoint}"));
        }
    }

    public void Sample(IPEndPoint? target, BalancerNode node, BalancerSnapshot snapshot)
    {
        if (target is null)
        {
            return;
        }

        LoadBalancerSnapshot balancer = snapshot.LoadBalancers[0];
        var endpoint = new IPEndPoint(
            balancer.ListenAddress.Equals(IPAddress.Any) ? IPAddress.Loopback
                : balancer.ListenAddress.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
                : balancer.ListenAddress,
            node.PortOf(balancer.Listeners[0].Arn));
        string options = balancer.Listeners[0].Tls is null ? "-i" : "-ik";
        string command = $"curl {options} {AwsNames.SchemeOf(balancer.Listeners[0].Protocol)}://{endpoint}/";
        messages.Say(
            "sample-target",
            $"no --target given, so {target} is a sample target; try: {command}",
            ("target", target.ToString()),
            ("try", command));
    }

    private static string DescribeTargets(ListenerSnapshot listener)
    {
        string[] keys =
        [
            .. ((ForwardActionSnapshot)listener.DefaultRule.Action).TargetGroups
                .SelectMany(static weighted => weighted.TargetGroup.Targets)
                .Select(static target => target.Key),
        ];
        string shown = string.Join(", ", keys.Take(MaxTargetsShown));
        return keys.Length switch
        {
            0 => "no targets yet",
            <= MaxTargetsShown => shown,
            _ => $"{shown} and {keys.Length - MaxTargetsShown} more",
        };
    }
}
