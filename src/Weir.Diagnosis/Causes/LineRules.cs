using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.Causes;

/// <summary>
/// The cause as far as one line tells it: codes, reasons and times. Pure; the one place that knows what a code means.
/// </summary>
/// <remarks>Source: ALB user guide, access logs and troubleshooting. The confidences are bounds: docs/diagnosis.md shows what they are worth.</remarks>
internal static class LineRules
{
    /// <summary>A connection has to be made within this time. Source: ALB user guide, troubleshooting, HTTP 504.</summary>
    public const int ConnectLimitMilliseconds = 10_000;

    // Both limits are kept by coarse timers, and the way and the log's rounding come on top.
    private const int SlackMilliseconds = 900;

    private const double Sure = 0.99;
    private const double Likely = 0.9;
    private const double Guess = 0.6;

    /// <summary>A fixed response was asked for by a rule: it is no error, whatever its code.</summary>
    public static bool IsConfiguredAnswer(RequestDetail? detail) => LastAction(detail?.Actions) is "fixed-response";

    public static LineVerdict Read(in LoggedRequest request, RequestDetail? detail)
    {
        string reason = detail?.ErrorReason ?? "";
        if (ByReason(reason, detail?.Actions) is { } named)
        {
            return named;
        }

        return request.ElbStatus switch
        {
            460 => LineVerdict.Named(Cause.ClientAbort, Sure),
            408 => LineVerdict.Named(Cause.ClientTimeout, Sure),
            401 or 561 or 562 => LineVerdict.Named(Cause.AuthError, Sure),
            403 => LineVerdict.Named(Cause.Waf, Likely, Cause.AuthError),
            500 => ByActions(detail?.Actions),
            501 or 505 or 507 => LineVerdict.Named(Cause.BadRequest, Sure),
            502 => BadGateway(request),
            503 => request.Target < 0
                ? LineVerdict.Named(Cause.NoTargets, Sure)
                : LineVerdict.Named(Cause.NoTargets, Guess, Cause.TargetRestart),
            504 => new LineVerdict(ErrorShape.Silent, Cause.Unknown, 0, Cause.Unknown),
            >= 400 and < 500 => LineVerdict.Named(Cause.BadRequest, Sure),
            _ => LineVerdict.Named(Cause.Unknown, 0.5),
        };
    }

    private static LineVerdict? ByReason(string reason, string? actions)
    {
        if (reason.StartsWith("Lambda", StringComparison.Ordinal))
        {
            return LineVerdict.Named(Cause.LambdaError, Sure);
        }

        if (reason.StartsWith("Auth", StringComparison.Ordinal) || reason.StartsWith("JW", StringComparison.Ordinal))
        {
            return LineVerdict.Named(Cause.AuthError, Sure);
        }

        // Blocked by WAF: it is the last action, with whatever code its rule chose. "waf-failed": no answer of it.
        return reason.StartsWith("WAF", StringComparison.Ordinal) || LastAction(actions) is "waf" or "waf-failed"
            ? LineVerdict.Named(Cause.Waf, Sure)
            : null;
    }

    private static LineVerdict ByActions(string? actions) => actions switch
    {
        not null when actions.Contains("waf-failed", StringComparison.Ordinal) => LineVerdict.Named(Cause.Waf, Likely),
        not null when actions.Contains("authenticate", StringComparison.Ordinal) => LineVerdict.Named(Cause.AuthError, Likely),
        _ => LineVerdict.Named(Cause.Unknown, 0.5, Cause.AuthError),
    };

    private static LineVerdict BadGateway(in LoggedRequest request)
    {
        if (request.Target < 0)
        {
            // Lambda functions have no address in field 5. Source: ALB user guide, access logs.
            return LineVerdict.Named(Cause.LambdaError, request.TargetGroup >= 0 ? Likely : Guess);
        }

        if (request.RequestMilliseconds >= 0)
        {
            return new LineVerdict(ErrorShape.Cut, Cause.Unknown, 0, Cause.Unknown);
        }

        // A 502 after the ten seconds in which a connection has to be made: there was one, and no TLS session on it; without
        // any connection it were a 504.
        return IsConnectLimit(request.ElapsedMilliseconds)
            ? LineVerdict.Named(Cause.TlsFailure, Likely, Cause.ConnectRefused)
            : new LineVerdict(ErrorShape.NotConnected, Cause.Unknown, 0, Cause.Unknown);
    }

    /// <summary>Why a request got no answer in time, by how long that took.</summary>
    public static LineVerdict OfSilence(in ErrorCase error, double idleTimeoutSeconds)
    {
        int elapsed = error.TookMilliseconds;
        bool isIdleTimeout = Math.Abs(elapsed - (idleTimeoutSeconds * 1000)) <= SlackMilliseconds;
        if (error.IsSent)
        {
            return LineVerdict.Named(Cause.SlowTarget, isIdleTimeout ? Sure : Likely, Cause.ConnectTimeout);
        }

        return (IsConnectLimit(elapsed), isIdleTimeout) switch
        {
            (true, false) => LineVerdict.Named(Cause.ConnectTimeout, 0.97, Cause.TlsFailure),
            (true, true) => LineVerdict.Named(Cause.ConnectTimeout, 0.7, Cause.SlowTarget),
            (false, true) => LineVerdict.Named(Cause.SlowTarget, Likely, Cause.ConnectTimeout),
            _ when error.Target < 0 => LineVerdict.Named(Cause.LambdaError, Guess, Cause.SlowTarget),
            _ => LineVerdict.Named(elapsed > ConnectLimitMilliseconds ? Cause.SlowTarget : Cause.ConnectTimeout, Guess, Cause.SlowTarget),
        };
    }

    public static bool IsConnectLimit(long elapsedMilliseconds) =>
        elapsedMilliseconds is >= ConnectLimitMilliseconds - 100 and <= ConnectLimitMilliseconds + SlackMilliseconds;

    private static string? LastAction(string? actions)
    {
        int comma = actions?.LastIndexOf(',') ?? -1;
        return actions?[(comma + 1)..].Trim();
    }
}
