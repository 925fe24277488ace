namespace Weir.Model;

/// <summary>Ranges and defaults of health check settings.</summary>
// Source: ALB user guide, health checks for target groups; ELBv2 API model
public static class HealthCheckLimits
{
    public const int MinIntervalSeconds = 5;
    public const int MaxIntervalSeconds = 300;
    public const int DefaultIntervalSeconds = 30;

    public const int MinTimeoutSeconds = 2;
    public const int MaxTimeoutSeconds = 120;

    // The guide and the API's examples say 5; 6 and 10 in the model's text belong to network load balancers.
    public const int DefaultTimeoutSeconds = 5;

    public const int MinThresholdCount = 2;
    public const int MaxThresholdCount = 10;
    public const int DefaultHealthyThresholdCount = 5;
    public const int DefaultUnhealthyThresholdCount = 2;

    public const int MaxPathCharacters = 1024;
    public const string DefaultPath = "/";
    public const string DefaultGrpcPath = "/AWS.ALB/healthcheck";

    public const string TrafficPort = "traffic-port";

    public const int MinHttpCode = 200;
    public const int MaxHttpCode = 499;
    public const string DefaultHttpCode = "200";

    public const int MinGrpcCode = 0;
    public const int MaxGrpcCode = 99;
    public const string DefaultGrpcCode = "12";
}
