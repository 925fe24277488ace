using System.Text;
using Weir.AccessLogs;
using Weir.Http;

namespace Weir.Balancer;

/// <summary>Turns an ended exchange into its access-log line. Source: ALB user guide, access log entries; ALB, observed.</summary>
internal static class ExchangeLog
{
    private static readonly byte[][] _reasonNames =
        [.. Enum.GetValues<ClassificationReason>().Select(reason => Encoding.ASCII.GetBytes(reason.ToString()))];

    public static void Write(Exchange exchange, AccessLogBuffer log)
    {
        RequestHead request = exchange.Request;
        ListenerView listener = exchange.Listener;
        bool readable = IsReadable(exchange);
        // A request that was refused before a rule was looked at names neither group nor rule.
        bool routed = exchange.Group is not null;
        (long requestMicros, long targetMicros, long responseMicros) = Times(exchange);
        int userAgent = readable ? request.Fields.IndexOf(KnownHeader.UserAgent) : -1;

        log.Append(new AccessLogRecord
        {
            Type = TypeOf(exchange, listener.IsHttps),
            TimeUnixMicroseconds = exchange.EndedUnixMicros,
            LoadBalancer = listener.ResourceId,
            Client = exchange.Peer.LogText,
            Target = NamesTarget(exchange) && exchange.Target is { } target ? target.Key : default,
            RequestProcessingMicroseconds = requestMicros,
            TargetProcessingMicroseconds = targetMicros,
            ResponseProcessingMicroseconds = responseMicros,
            ElbStatusCode = StatusCodeOf(exchange),
            TargetStatusCode = exchange.HeadSent ? exchange.Response.StatusCode : 0,
            ReceivedBytes = readable ? exchange.Client.ReceivedBytes : 0,
            SentBytes = exchange.Client.SentBytes,
            Method = readable ? request.Method : default,
            Host = readable ? HostRule.WithoutPort(HostRule.Requested(exchange)) : default,
            LoadBalancerDnsName = listener.DnsName,
            Port = listener.Port,
            RequestUri = readable ? UriFrom(request) : default,
            HttpVersion = request.Version switch
            {
                ProtocolVersion.Http2 => AccessLogHttpVersion.Http20,
                ProtocolVersion.Http10 => AccessLogHttpVersion.Http10,
                _ => AccessLogHttpVersion.Http11,
            },
            TlsCipher = exchange.Client.Tls?.Cipher,
            TlsProtocol = exchange.Client.Tls?.Protocol,
            DomainName = exchange.Client.Tls?.DomainName,
            ChosenCertificateArn = exchange.Client.Tls?.CertificateArn,
            UserAgent = userAgent < 0 ? default : request.Fields.Value(userAgent),
            TargetGroupArn = routed ? exchange.Group!.Arn : default,
            TraceId = readable ? exchange.TraceId : default,
            MatchedRulePriority = routed ? 0 : null,
            RequestCreationUnixMilliseconds = exchange.CreatedUnixMicros / 1000,
            ActionsExecuted = routed ? "forward"u8 : default,
            Classification = (AccessLogClassification)(byte)request.Classification,
            ClassificationReason = request.Classification == Classification.Compliant
                ? default
                : _reasonNames[(int)request.ClassificationReason],
            ConnectionTraceId = exchange.Peer.ConnectionTraceId,
            IpAddress = listener.Address,
        });
    }

    private static AccessLogRequestType TypeOf(Exchange exchange, bool isHttps) => exchange.IsWebSocket
        ? (isHttps ? AccessLogRequestType.WebSocketSecure : AccessLogRequestType.WebSocket)
        : exchange.Client.IsGrpc ? AccessLogRequestType.Grpcs
        : exchange.Client.IsHttp2 ? AccessLogRequestType.Http2
        : (isHttps ? AccessLogRequestType.Https : AccessLogRequestType.Http);

    /// <summary>The request was whole and no nonsense, so that what it says may be shown.</summary>
    public static bool IsReadable(Exchange exchange) =>
        exchange.IsHeadWhole && exchange.Request.Refusal == RequestRefusal.None;

    /// <summary>elb_status_code; 0: none.</summary>
    public static int StatusCodeOf(Exchange exchange) =>
        exchange.HeadSent ? exchange.Response.StatusCode : FailureTable.Of(exchange.Failure.Reason).StatusCode;

    // "-" if the client did not send a full request. Source: ALB user guide, access log entries.
    private static bool NamesTarget(Exchange exchange) =>
        exchange.HeadSent || exchange.Failure.Reason == FailureReason.None || FailureTable.Of(exchange.Failure.Reason).NamesTarget;

    // Never dispatched, or no whole request to dispatch: -1 -1 -1. Dispatched, then silent or given up: t -1 -1. Closed by
    // the target: t t -1. Source: ALB user guide, access log entries; ALB, observed (460 both as `0.000 -1 -1 460 - 132 0`
    // and as `-1 -1 -1 460 - 125 0`).
    private static (long Request, long Target, long Response) Times(Exchange exchange)
    {
        if (exchange.DispatchedMicros == 0 || !NamesTarget(exchange))
        {
            return (-1, -1, -1);
        }

        long request = exchange.DispatchedMicros - exchange.ReceivedMicros;
        if (exchange.HeadSent)
        {
            return (
                request,
                exchange.AnsweredMicros - exchange.DispatchedMicros,
                exchange.RespondedMicros - exchange.AnsweredMicros);
        }

        return FailureTable.Of(exchange.Failure.Reason).Times switch
        {
            TargetTimes.NotDispatched => (-1, -1, -1),
            TargetTimes.Measured => (request, exchange.FailedMicros - exchange.DispatchedMicros, -1),
            _ => (request, -1, -1),
        };
    }

    /// <summary>
    /// What stands behind scheme, host and port, which the log writes itself: always something that begins as a path does,
    /// or with the query of a target that has no path.
    /// </summary>
    public static ReadOnlySpan<byte> UriFrom(RequestHead request)
    {
        switch (request.TargetForm)
        {
            case TargetForm.Authority:
                return "/"u8;
            case TargetForm.Asterisk:
                return "/*"u8;
            case TargetForm.Absolute:
                int authorityEnd = request.Scheme.Length + 3 + request.Authority.Length;
                ReadOnlySpan<byte> rest = request.Target[Math.Min(authorityEnd, request.Target.Length)..];
                return rest.IsEmpty ? "/"u8 : rest;
            default:
                return request.Target;
        }
    }
}
