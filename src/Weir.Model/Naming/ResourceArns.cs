using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Weir.Model;

/// <summary>
/// Makes the ARNs of one account and region. They follow from names alone, so they are the same after every restart and
/// on every node.
/// </summary>
// Source: ELBv2 API model; ALB, observed
public sealed class ResourceArns(string region, string accountId)
{
    public string Region => region;

    public string AccountId => accountId;

    private string Prefix { get; } = $"arn:aws:elasticloadbalancing:{region}:{accountId}:";

    public string LoadBalancer(string name) => $"{Prefix}loadbalancer/{LoadBalancerResourceId(name)}";

    public string TargetGroup(string name) => $"{Prefix}targetgroup/{TargetGroupResourceId(name)[12..]}";

    public string Listener(string loadBalancerName, int port) =>
        $"{Prefix}listener/{ListenerPath(loadBalancerName, port)}";

    /// <summary>The rule with that priority; <see cref="RuleSnapshot.DefaultPriority"/> is the default rule.</summary>
    public string Rule(string loadBalancerName, int port, int priority)
    {
        var path = ListenerPath(loadBalancerName, port);
        return $"{Prefix}listener-rule/{path}/{Hash($"rule/{path}/{Number(priority)}")}";
    }

    /// <summary>`app/&lt;name&gt;/&lt;16 hex&gt;`.</summary>
    public static string LoadBalancerResourceId(string name) => $"app/{name}/{Hash($"loadbalancer/{name}")}";

    /// <summary>`targetgroup/&lt;name&gt;/&lt;16 hex&gt;`.</summary>
    public static string TargetGroupResourceId(string name) => $"targetgroup/{name}/{Hash($"targetgroup/{name}")}";

    /// <summary>`&lt;name&gt;-&lt;number&gt;.&lt;region&gt;.elb.amazonaws.com`.</summary>
    public string DnsName(string loadBalancerName, LoadBalancerScheme scheme)
    {
        // Real names carry up to ten decimal digits.
        var number = BinaryPrimitives.ReadUInt32BigEndian(Digest($"dns/{loadBalancerName}"));
        var prefix = scheme == LoadBalancerScheme.Internal ? "internal-" : "";
        return $"{prefix}{loadBalancerName}-{Number(number)}.{region}.elb.amazonaws.com";
    }

    private static string ListenerPath(string loadBalancerName, int port)
    {
        var path = LoadBalancerResourceId(loadBalancerName);
        return $"{path}/{Hash($"listener/{path}/{Number(port)}")}";
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Hash(string text) => Convert.ToHexStringLower(Digest(text).AsSpan(0, 8));

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
