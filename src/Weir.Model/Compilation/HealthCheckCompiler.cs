using static Weir.Model.HealthCheckLimits;

namespace Weir.Model;

/// <summary>Health check settings to their snapshot, with ALB's defaults filled in.</summary>
internal static class HealthCheckCompiler
{
    public static HealthCheckSnapshot Compile(TargetGroupDefinition group, ResourceFindings findings)
    {
        var definition = group.HealthCheck;
        var isGrpc = group.ProtocolVersion == TargetProtocolVersion.Grpc;
        CheckEnabled(definition, findings);
        var interval = definition.IntervalSeconds ?? DefaultIntervalSeconds;
        CheckRange("HealthCheckIntervalSeconds", interval, MinIntervalSeconds, MaxIntervalSeconds, findings);
        return new HealthCheckSnapshot
        {
            Enabled = true,
            Protocol = definition.Protocol ?? TargetProtocol.Http,
            Port = CompilePort(definition, findings),
            Path = CompilePath(definition, isGrpc, findings),
            Interval = TimeSpan.FromSeconds(interval),
            Timeout = CompileTimeout(definition, interval, findings),
            HealthyThreshold = CompileThreshold(
                "HealthyThresholdCount", definition.HealthyThresholdCount, DefaultHealthyThresholdCount, findings),
            UnhealthyThreshold = CompileThreshold(
                "UnhealthyThresholdCount", definition.UnhealthyThresholdCount, DefaultUnhealthyThresholdCount, findings),
            Matcher = CompileMatcher(definition, isGrpc, findings),
        };
    }

    private static void CheckEnabled(HealthCheckDefinition definition, ResourceFindings findings)
    {
        if (definition.Enabled == false)
        {
            findings.Error(
                "HealthCheckEnabled", "HealthCheckEnabled is false", "true for target groups of type instance or ip");
        }
    }

    private static int? CompilePort(HealthCheckDefinition definition, ResourceFindings findings)
    {
        if (definition.Port is null or TrafficPort)
        {
            return null;
        }

        if (DecimalNumber.TryParse(definition.Port, 1, 65535, out var port))
        {
            return port;
        }

        findings.Error("HealthCheckPort", $"HealthCheckPort is '{definition.Port}'", $"{TrafficPort} or 1–65535");
        return null;
    }

    private static string CompilePath(HealthCheckDefinition definition, bool isGrpc, ResourceFindings findings)
    {
        var path = definition.Path ?? (isGrpc ? DefaultGrpcPath : DefaultPath);

        // The path goes into a request line as it is, so nothing that would end the target may stand in it.
        if (path.Length is 0 or > MaxPathCharacters
            || path[0] != '/'
            || path.Any(static character => character is <= ' ' or >= '\u007f' or '#'))
        {
            findings.Error(
                "HealthCheckPath",
                $"HealthCheckPath is '{path}'",
                $"a path of 1–{MaxPathCharacters} characters that begins with / and has no spaces, with or without a query");
        }

        return path;
    }

    private static TimeSpan CompileTimeout(HealthCheckDefinition definition, int interval, ResourceFindings findings)
    {
        var timeout = definition.TimeoutSeconds ?? DefaultTimeoutSeconds;
        var isInRange = timeout is >= MinTimeoutSeconds and <= MaxTimeoutSeconds;
        if (!isInRange || timeout >= interval)
        {
            findings.Error(
                definition.TimeoutSeconds is null ? "HealthCheckIntervalSeconds" : "HealthCheckTimeoutSeconds",
                $"HealthCheckTimeoutSeconds is {timeout}{(definition.TimeoutSeconds is null ? " (the default)" : "")}",
                $"{MinTimeoutSeconds}–{MaxTimeoutSeconds} and smaller than HealthCheckIntervalSeconds ({interval})",
                awsMessage: isInRange
                    ? $"Health check timeout '{timeout}' must be smaller than the interval '{interval}'"
                    : null);
        }

        return TimeSpan.FromSeconds(timeout);
    }

    private static int CompileThreshold(string property, int? count, int defaultCount, ResourceFindings findings)
    {
        var threshold = count ?? defaultCount;
        CheckRange(property, threshold, MinThresholdCount, MaxThresholdCount, findings);
        return threshold;
    }

    private static HealthCheckMatcher CompileMatcher(
        HealthCheckDefinition definition, bool isGrpc, ResourceFindings findings)
    {
        var (own, other) = isGrpc ? ("GrpcCode", "HttpCode") : ("HttpCode", "GrpcCode");
        if ((isGrpc ? definition.HttpCode : definition.GrpcCode) is not null)
        {
            findings.Error(
                $"Matcher.{other}",
                $"Matcher has {other}, but the ProtocolVersion is {(isGrpc ? "GRPC" : "not GRPC")}",
                own);
        }

        var (smallest, largest) = isGrpc ? (MinGrpcCode, MaxGrpcCode) : (MinHttpCode, MaxHttpCode);
        var text = isGrpc ? definition.GrpcCode ?? DefaultGrpcCode : definition.HttpCode ?? DefaultHttpCode;
        if (!HealthCheckMatcher.TryParse(text, smallest, largest, out var matcher))
        {
            findings.Error(
                $"Matcher.{own}",
                $"Matcher.{own} is '{text}'",
                $"codes of {smallest}–{largest} in the form {(isGrpc ? "12 | 0-99 | 0,12" : "200 | 200-399 | 200,201")}",
                AwsErrorCodes.InvalidParameterValue,
                $"{own} must be like 200 | 200-399 | 200,201 ...");
            HealthCheckMatcher.TryParse(isGrpc ? DefaultGrpcCode : DefaultHttpCode, smallest, largest, out matcher);
        }

        return matcher!;
    }

    private static void CheckRange(string property, int value, int smallest, int largest, ResourceFindings findings)
    {
        if (value < smallest || value > largest)
        {
            findings.Error(property, $"{property} is {value}", $"{smallest}–{largest}");
        }
    }
}
