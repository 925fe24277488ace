namespace Weir.Diagnosis.Probing;

/// <summary>By what a URL shows itself to be a load balancer of AWS, or a balancer that does as it does.</summary>
public static class LoadBalancerSigns
{
    // Source: ALB user guide, sticky sessions; Classic Load Balancer guide, sticky sessions.
    private static readonly string[] _cookies = ["AWSALB", "AWSELB"];

    // Source: ALB, observed: on answers that it makes itself.
    private const string ServerPrefix = "awselb/";

    // Source: ELBv2 API, LoadBalancer.DNSName.
    private const string DomainSuffix = ".elb.amazonaws.com";

    /// <summary>`it sets the cookie AWSALB`; null if there is no sign.</summary>
    public static string? Of(string host, params ReadOnlySpan<ProbeAnswer> answers)
    {
        foreach (ProbeAnswer answer in answers)
        {
            if (answer.Server is { } server && server.StartsWith(ServerPrefix, StringComparison.OrdinalIgnoreCase))
            {
                return $"its Server header is {server}";
            }

            if (answer.Cookies.FirstOrDefault(IsOurs) is { } cookie)
            {
                return $"it sets the cookie {cookie}";
            }
        }

        return host.EndsWith(DomainSuffix, StringComparison.OrdinalIgnoreCase) || host.Contains(DomainSuffix + ".", StringComparison.OrdinalIgnoreCase)
            ? $"its name is {host}"
            : null;
    }

    private static bool IsOurs(string cookie) => _cookies.Any(name => cookie.StartsWith(name, StringComparison.Ordinal));
}
