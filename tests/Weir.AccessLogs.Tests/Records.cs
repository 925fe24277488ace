namespace Weir.AccessLogs.Tests;

/// <summary>Records for tests to start from; change them with <c>with</c>.</summary>
internal static class Records
{
    /// <summary>2018-07-02T22:23:00.186641Z</summary>
    public const long TimeUnixMicroseconds = 1_530_570_180_186_641;

    public static ReadOnlySpan<byte> TargetGroupArn =>
        "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067"u8;

    /// <summary>The documented HTTP example.</summary>
    public static AccessLogRecord Forwarded => new()
    {
        Type = AccessLogRequestType.Http,
        TimeUnixMicroseconds = TimeUnixMicroseconds,
        LoadBalancer = "app/my-loadbalancer/50dc6c495c0c9188"u8,
        Client = "192.168.131.39:2817"u8,
        Target = "10.0.0.1:80"u8,
        RequestProcessingMicroseconds = 0,
        TargetProcessingMicroseconds = 1_999,
        ResponseProcessingMicroseconds = 999,
        ElbStatusCode = 200,
        TargetStatusCode = 200,
        ReceivedBytes = 34,
        SentBytes = 366,
        Method = "GET"u8,
        Host = "www.example.com"u8,
        LoadBalancerDnsName = "my-loadbalancer-1.us-east-2.elb.amazonaws.com"u8,
        Port = 80,
        RequestUri = "/"u8,
        UserAgent = "curl/7.46.0"u8,
        TargetGroupArn = TargetGroupArn,
        TraceId = "Root=1-58337262-36d228ad5d99923122bbe354"u8,
        MatchedRulePriority = 0,
        RequestCreationUnixMilliseconds = 1_530_570_168_364,
        ActionsExecuted = "forward"u8,
        ConnectionTraceId = "TID_0123456789abcdef0123456789abcdef"u8,
        IpAddress = "10.0.0.9"u8,
    };

    /// <summary>Answered by the load balancer itself, before any target was chosen.</summary>
    public static AccessLogRecord AnsweredHere => Forwarded with
    {
        Target = default,
        RequestProcessingMicroseconds = -1,
        TargetProcessingMicroseconds = -1,
        ResponseProcessingMicroseconds = -1,
        TargetStatusCode = 0,
        TargetGroupArn = default,
    };
}
