using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.Diagnosis.Sources;

/// <summary>What a load balancer puts into the name of a log file. A name of any other form gives nothing, and is no error.</summary>
// Source: ALB user guide, access logs, connection logs, health check logs:
// [conn_log_|health_check_log_]ACCOUNT_elasticloadbalancing_REGION_app.NAME.ID_END_ADDRESS_RANDOM.log.gz
internal sealed partial record LogObjectName(LogObjectKind Kind, string? LoadBalancer, string? NodeAddress, DateTimeOffset? IntervalEnd)
{
    private static readonly LogObjectName _none = new(LogObjectKind.Unknown, null, null, null);
    private static readonly LogObjectName _test = new(LogObjectKind.TestObject, null, null, null);

    // A network balancer's name has no address. What follows the random part is the ending, whatever it was changed to.
    [GeneratedRegex(@"^(?:(?<kind>conn_log|health_check_log)[._])?\d+_elasticloadbalancing_[a-z0-9-]+_(?:(?<type>app|net|gwy)\.(?<name>[^_.]+)\.(?<id>[0-9a-f]+)|[^_]+)_(?<end>\d{8}T\d{4}Z)(?:_(?<node>[0-9a-fA-F.:]+))?_[0-9A-Za-z]+(?:\.|$)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"^ELB(?:Access|Connection|HealthCheck)LogTestFile$", RegexOptions.CultureInvariant)]
    private static partial Regex TestForm();

    public static LogObjectName Parse(string fileName)
    {
        Match match = Form().Match(fileName);
        if (!match.Success) return TestForm().IsMatch(fileName) ? _test : _none;

        bool isApplication = match.Groups["type"].ValueSpan is "app";
        LogObjectKind kind = match.Groups["kind"].Value switch
        {
            _ when !isApplication => LogObjectKind.OtherBalancer,
            "conn_log" => LogObjectKind.Connection,
            "health_check_log" => LogObjectKind.HealthCheck,
            _ => LogObjectKind.Access,
        };
        string? balancer = match.Groups["type"].Success
            ? $"{match.Groups["type"].Value}/{match.Groups["name"].Value}/{match.Groups["id"].Value}"
            : null;
        string? node = match.Groups["node"].Success ? WithoutPadding(match.Groups["node"].Value) : null;
        return new LogObjectName(kind, balancer, node, ReadEnd(match.Groups["end"].Value));
    }

    private static DateTimeOffset? ReadEnd(string text) =>
        DateTimeOffset.TryParseExact(text, "yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset end)
            ? end
            : null;

    // The documented example has 172.160.001.192. IPAddress would take such a part for an octal number.
    private static string WithoutPadding(string address) => address.Contains(':', StringComparison.Ordinal)
        ? address
        : string.Join('.', address.Split('.').Select(static part => part.TrimStart('0') is { Length: > 0 } digits ? digits : "0"));
}
