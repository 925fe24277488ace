using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Weir.Tests.Aws;

/// <summary>
/// S3, STS, IAM Identity Center and Elastic Load Balancing at one address, as little of them as reading logs takes. What is in
/// the bucket, and how it misbehaves, is set by the test before it asks; credentials are checked by their key alone.
/// </summary>
internal sealed class FakeAws : IAsyncDisposable
{
    public const string Bucket = "logs";
    public const string RoleKey = "ASIAROLE";
    public const string SignInKey = "ASIASSO";
    public const string WebIdentityKey = "ASIAWEB";

    private const int KeysPerPage = 2;

    private readonly LocalHttpServer _server;

    public FakeAws() => _server = new LocalHttpServer(request => Answer?.Invoke(request) ?? Default(request));

    public string Url => _server.Url;

    public IEnumerable<LocalRequest> Requests => _server.Requests;

    /// <summary>Keys and what they hold.</summary>
    public SortedDictionary<string, byte[]> Objects { get; } = new(StringComparer.Ordinal);

    /// <summary>Asked first; null where the usual answer will do.</summary>
    public Func<LocalRequest, LocalAnswer?>? Answer { get; set; }

    /// <summary>Attributes that differ from the defaults.</summary>
    public Dictionary<string, string> LoadBalancerAttributes { get; } = [];

    public string LoadBalancerType { get; set; } = "application";

    public static string ETagOf(byte[] content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}\"";

    /// <summary>The object that a request asks for, from where it asks for it; the test may cut it.</summary>
    public LocalAnswer ObjectAt(LocalRequest request)
    {
        if (!Objects.TryGetValue(request.Path[$"/{Bucket}/".Length..], out byte[]? content)) return Error("NoSuchKey", "The specified key does not exist.", 404);
        if (request.Headers.TryGetValue("If-Match", out string? wanted) && wanted != ETagOf(content)) return Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
        int from = request.Headers.TryGetValue("Range", out string? range)
            ? int.Parse(range["bytes=".Length..].Split('-')[0], CultureInfo.InvariantCulture)
            : 0;
        return new LocalAnswer(206, content[from..])
        {
            Headers = { ["ETag"] = ETagOf(content), ["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}" },
        };
    }

    public static LocalAnswer Error(string code, string message, int status) =>
        LocalAnswer.Xml($"<Error><Code>{code}</Code><Message>{message}</Message></Error>", status);

    public static LocalAnswer QueryError(string code, string message, int status) =>
        LocalAnswer.Xml($"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>", status);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private LocalAnswer Default(LocalRequest request) => (request.Form("Action"), request.Path) switch
    {
        ("AssumeRole", _) => Session("AssumeRole", RoleKey),
        ("AssumeRoleWithWebIdentity", _) => Session("AssumeRoleWithWebIdentity", WebIdentityKey),
        ("DescribeLoadBalancers", _) => LoadBalancers(request),
        ("DescribeLoadBalancerAttributes", _) => Attributes(),
        (_, "/federation/credentials") => LocalAnswer.Json(
            $$$"""{"roleCredentials":{"accessKeyId":"{{{SignInKey}}}","secretAccessKey":"s","sessionToken":"t","expiration":{{{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds()}}}}}"""),
        (_, $"/{Bucket}" or $"/{Bucket}/") => List(request),
        (_, var path) when path.StartsWith($"/{Bucket}/", StringComparison.Ordinal) => ObjectAt(request),
        _ => Error("NoSuchBucket", "The specified bucket does not exist", 404),
    };

    private static LocalAnswer Session(string action, string key) => LocalAnswer.Xml($"""
        <{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>
        <AssumedRoleUser><AssumedRoleId>X:s</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn></AssumedRoleUser>
        <Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
        <Expiration>{DateTime.UtcNow.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}</Expiration></Credentials>
        </{action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>
        """);

    // Source: Amazon S3 API reference, ListObjectsV2
    private LocalAnswer List(LocalRequest request)
    {
        string prefix = request.Query("prefix") ?? "", after = request.Query("continuation-token") ?? request.Query("start-after") ?? "";
        string[] keys = [.. Objects.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0)];
        var body = new StringBuilder("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        if (request.Query("delimiter") == "/")
        {
            foreach (string folder in keys.Where(key => key.IndexOf('/', prefix.Length) >= 0).Select(key => key[..(key.IndexOf('/', prefix.Length) + 1)]).Distinct())
                body.Append(CultureInfo.InvariantCulture, $"<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>");
            keys = [];
        }

        string[] page = [.. keys.Take(KeysPerPage)];
        foreach (string key in page)
            body.Append(CultureInfo.InvariantCulture, $"<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>{ETagOf(Objects[key])}</ETag><Size>{Objects[key].Length}</Size><StorageClass>STANDARD</StorageClass></Contents>");
        bool isMore = page.Length < keys.Length;
        body.Append(isMore ? "<IsTruncated>true</IsTruncated>" : "<IsTruncated>false</IsTruncated>");
        if (isMore) body.Append(CultureInfo.InvariantCulture, $"<NextContinuationToken>{page[^1]}</NextContinuationToken>");
        return LocalAnswer.Xml(body.Append("</ListBucketResult>").ToString());
    }

    private LocalAnswer LoadBalancers(LocalRequest request)
    {
        const string Name = "shop";
        string arn = $"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/{Name}/0123456789abcdef";
        if (request.Form("Names.member.1") is not Name && request.Form("LoadBalancerArns.member.1") != arn)
            return QueryError("LoadBalancerNotFound", "Load balancers '[other]' not found", 400);
        return LocalAnswer.Xml($"""
            <DescribeLoadBalancersResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeLoadBalancersResult><LoadBalancers><member>
            <LoadBalancerArn>{arn}</LoadBalancerArn><Scheme>internet-facing</Scheme><LoadBalancerName>{Name}</LoadBalancerName>
            <AvailabilityZones><member><ZoneName>eu-west-1a</ZoneName><LoadBalancerAddresses/></member></AvailabilityZones>
            <State><Code>active</Code></State><Type>{LoadBalancerType}</Type><DNSName>shop-1.eu-west-1.elb.amazonaws.com</DNSName>
            </member></LoadBalancers></DescribeLoadBalancersResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></DescribeLoadBalancersResponse>
            """);
    }

    private LocalAnswer Attributes() => LocalAnswer.Xml($"""
        <DescribeLoadBalancerAttributesResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeLoadBalancerAttributesResult><Attributes>
        {string.Concat(LoadBalancerAttributes.Select(static pair => $"<member><Key>{pair.Key}</Key><Value>{pair.Value}</Value></member>"))}
        </Attributes></DescribeLoadBalancerAttributesResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></DescribeLoadBalancerAttributesResponse>
        """);
}
