namespace Weir.Diagnosis.Aws;

/// <summary>What AWS says of one application load balancer, as far as a diagnosis reckons with it.</summary>
public sealed record LoadBalancerFacts
{
    public required string Arn { get; init; }

    public required string Name { get; init; }

    public required string DnsName { get; init; }

    /// <summary>Attribute <c>idle_timeout.timeout_seconds</c>.</summary>
    public required TimeSpan IdleTimeout { get; init; }

    /// <summary>Attribute <c>client_keep_alive.seconds</c>.</summary>
    public required TimeSpan ClientKeepAlive { get; init; }

    /// <summary>Attributes <c>access_logs.s3.*</c>.</summary>
    public required LogDelivery AccessLogs { get; init; }

    /// <summary>As log lines and file names have it: <c>app/name/16 hex digits</c>.</summary>
    public string Id => Arn[(Arn.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>The folder of its access logs, <c>s3://…</c>; null if it has none. Others of the account and region share it.</summary>
    // Source: ALB user guide, access log files
    public string? AccessLogUri
    {
        get
        {
            if (AccessLogs.Bucket.Length == 0) return null;
            string[] arn = Arn.Split(':');
            string prefix = AccessLogs.Prefix.Length == 0 ? "" : AccessLogs.Prefix + "/";
            return $"s3://{AccessLogs.Bucket}/{prefix}AWSLogs/{arn[4]}/elasticloadbalancing/{arn[3]}/";
        }
    }
}
