using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>A line of an access log of 30 fields, as ALB writes it; what a test does not care about has a usual value.</summary>
// Source: ALB user guide, access log entries
internal sealed record AlbLine
{
    public const string TargetGroup = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/api/73e2d6bc24d8a067";

    public required DateTimeOffset Time { get; init; }

    /// <summary>Fields 6 to 8.</summary>
    public string Times { get; init; } = "0.000 0.003 0.000";

    /// <summary>Fields 9 and 10.</summary>
    public string Codes { get; init; } = "200 200";

    public string Client { get; init; } = "203.0.113.77:54321";

    public string Target { get; init; } = "10.0.1.5:3000";

    public string Request { get; init; } = "GET https://shop.example:443/cart?session=s3cret HTTP/1.1";

    public string UserAgent { get; init; } = "curl/7.88.1";

    /// <summary>The time before <see cref="Time"/> at which the request arrived.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMilliseconds(3);

    public string TraceId { get; init; } = "Root=1-5f8e7a18-4b1d2c3e4f5a6b7c8d9e0f1a";

    /// <summary>What the balancer writes of a request that met a closing connection.</summary>
    public AlbLine AsRace => this with { Times = "0.000 0.000 -1", Codes = "502 -", Duration = TimeSpan.Zero };

    public override string ToString()
    {
        string target = Target == "-" ? "-" : Target;
        string targetCode = Codes.Split(' ')[1];
        return $"https {Stamp(Time)} app/shop/1234567890abcdef {Client} {target} {Times} {Codes} 723 188 \"{Request}\" \"{UserAgent}\" "
            + $"ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 {TargetGroup} \"{TraceId}\" \"shop.example\" \"session-reused\" 0 {Stamp(Time - Duration)} "
            + $"\"forward\" \"-\" \"-\" \"{target}\" \"{targetCode}\" \"-\" \"-\" TID_9d3ce6522c7ea95d2a2f62d46dbc097c";
    }

    private static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
