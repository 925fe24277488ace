using System.Globalization;
using System.Net;
using System.Text;
using System.Xml;
using Amazon.Runtime;
using Weir.Diagnosis.Sources;

namespace Weir.Diagnosis.Aws;

/// <summary>Asks Elastic Load Balancing for the attributes of one load balancer, and changes nothing there.</summary>
// Written out, as the SDK's package for this service is not needed for two requests. Source: Elastic Load Balancing API reference, 2015-12-01
public sealed class LoadBalancerDescriber
{
    private const string Service = "elasticloadbalancing";
    private const string Version = "2015-12-01";
    private const string ArnStart = "arn:";
    private const int MaxTries = 3;

    // Source: ALB user guide, load balancer attributes
    private const int DefaultIdleTimeoutSeconds = 60;
    private const int DefaultClientKeepAliveSeconds = 3600;

    private static readonly TimeSpan _requestTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _firstDelay = TimeSpan.FromMilliseconds(500);

    private readonly AwsAccess _access;
    private readonly TimeProvider _time;

    private LoadBalancerDescriber(AwsAccess access, TimeProvider time)
    {
        _access = access;
        _time = time;
    }

    /// <summary>Describes it. Throws <see cref="SourceException"/> alone, with one sentence that says what is missing.</summary>
    /// <param name="nameOrArn">Its name, or its ARN, which gives the region too.</param>
    /// <param name="options">How AWS is reached.</param>
    /// <param name="time">For the signature's time and the wait between tries; the system's if null.</param>
    /// <param name="cancellation">Ends the asking.</param>
    public static async Task<LoadBalancerFacts> DescribeAsync(
        string nameOrArn, AwsOptions options, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        string[]? arn = nameOrArn.StartsWith(ArnStart, StringComparison.Ordinal) ? nameOrArn.Split(':', 6) : null;
        if (arn is not null && (arn.Length < 6 || arn[2] != Service || !arn[5].StartsWith("loadbalancer/", StringComparison.Ordinal)))
            throw new SourceException($"{nameOrArn} is not the ARN of a load balancer: arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID");

        AwsAccess access = await AwsAccess.ResolveAsync(arn is null ? options : options with { Region = arn[3] }, AwsService.ElasticLoadBalancing, cancellation);
        return await new LoadBalancerDescriber(access, time ?? TimeProvider.System).DescribeAsync(nameOrArn, isArn: arn is not null, cancellation);
    }

    private async Task<LoadBalancerFacts> DescribeAsync(string nameOrArn, bool isArn, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = _requestTime };
        var asked = new Request(http, $"describe the load balancer {nameOrArn} in {_access.Region.SystemName}");
        IReadOnlyDictionary<string, string> balancer = await AskAsync(
            asked, "DescribeLoadBalancers", isArn ? "LoadBalancerArns.member.1" : "Names.member.1", nameOrArn, LoadBalancerXml.ReadLoadBalancer, cancellation);
        if (!balancer.TryGetValue("LoadBalancerArn", out string? arn)) throw asked.Failed("AWS knows none of that name there");
        if (balancer.GetValueOrDefault("Type", "application") is var type and not "application") throw asked.Failed($"it is a {type} load balancer, and only application load balancers are read here");

        IReadOnlyDictionary<string, string> attributes = await AskAsync(
            asked, "DescribeLoadBalancerAttributes", "LoadBalancerArn", arn, LoadBalancerXml.ReadAttributes, cancellation);
        return new LoadBalancerFacts
        {
            Arn = arn,
            Name = balancer.GetValueOrDefault("LoadBalancerName", nameOrArn),
            DnsName = balancer.GetValueOrDefault("DNSName", ""),
            IdleTimeout = Seconds(attributes, "idle_timeout.timeout_seconds", DefaultIdleTimeoutSeconds),
            ClientKeepAlive = Seconds(attributes, "client_keep_alive.seconds", DefaultClientKeepAliveSeconds),
            AccessLogs = new LogDelivery(
                attributes.GetValueOrDefault("access_logs.s3.enabled") == "true",
                attributes.GetValueOrDefault("access_logs.s3.bucket", ""),
                attributes.GetValueOrDefault("access_logs.s3.prefix", "").Trim('/')),
        };
    }

    private static TimeSpan Seconds(IReadOnlyDictionary<string, string> attributes, string key, int fallback) => TimeSpan.FromSeconds(
        int.TryParse(attributes.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) ? seconds : fallback);

    private async Task<T> AskAsync<T>(
        Request asked, string action, string key, string value, Func<string, T> read, CancellationToken cancellation)
    {
        string body = $"Action={action}&Version={Version}&{key}={Uri.EscapeDataString(value)}";
        string permission = $"{Service}:{action}";
        for (int attempt = 1; ; attempt++)
        {
            (HttpStatusCode status, string answer) = await SendAsync(asked, body, cancellation);
            if (status == HttpStatusCode.OK)
            {
                try
                {
                    return read(answer);
                }
                catch (XmlException exception)
                {
                    throw asked.Failed(AwsProblem.NotOfAws(exception));
                }
            }

            (string code, string message) = LoadBalancerXml.ReadError(answer) ?? ("", "without a reason");
            bool isPassing = (int)status >= 500 || status == HttpStatusCode.TooManyRequests || code is "Throttling" or "ThrottlingException" or "RequestLimitExceeded";
            if (!isPassing || attempt == MaxTries)
                throw asked.Failed(code == "LoadBalancerNotFound" ? "AWS knows none of that name there" : AwsProblem.Reason(code, status, message, permission));
            await Task.Delay(_firstDelay * attempt, _time, cancellation);
        }
    }

    private async Task<(HttpStatusCode Status, string Answer)> SendAsync(Request asked, string body, CancellationToken cancellation)
    {
        Uri endpoint = _access.Endpoint ?? new Uri($"https://{Service}.{_access.Region.SystemName}.{_access.Region.PartitionDnsSuffix}/");
        try
        {
            ImmutableCredentials credentials = await _access.Credentials.GetCredentialsAsync();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, "/"));
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", RequestSigner.ContentType);
            foreach ((string name, string value) in RequestSigner.Sign(endpoint, body, credentials, _access.Region.SystemName, Service, _time.GetUtcNow()))
                request.Headers.TryAddWithoutValidation(name, value);
            using HttpResponseMessage response = await asked.Http.SendAsync(request, cancellation);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw asked.Failed($"no answer from {endpoint}: {AwsProblem.Innermost(exception)}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw asked.Failed($"no answer from {endpoint} for {_requestTime.TotalSeconds:0} s");
        }
    }

    private sealed record Request(HttpClient Http, string Deed)
    {
        public SourceException Failed(string reason) => new($"cannot {Deed}: {reason}");
    }
}
