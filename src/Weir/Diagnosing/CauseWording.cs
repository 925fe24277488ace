using Weir.Diagnosis.Causes;

namespace Weir.Diagnosing;

/// <summary>The names of causes: one for programs, one for people.</summary>
internal static class CauseWording
{
    /// <summary>`keepalive_race`. Public: names are added, never changed.</summary>
    public static string NameOf(Cause cause) => cause switch
    {
        Cause.KeepaliveRace => "keepalive_race",
        Cause.RequestLimitClose => "request_limit_close",
        Cause.TargetRestart => "target_restart",
        Cause.ConnectRefused => "connect_refused",
        Cause.ConnectTimeout => "connect_timeout",
        Cause.TargetTimeout => "target_timeout",
        Cause.TargetCrash => "target_crash",
        Cause.MalformedResponse => "malformed_response",
        Cause.TlsFailure => "tls_failure",
        Cause.SlowTarget => "slow_target",
        Cause.NoTargets => "no_targets",
        Cause.Deregistration => "deregistration",
        Cause.ClientAbort => "client_abort",
        Cause.ClientTimeout => "client_timeout",
        Cause.BadRequest => "bad_request",
        Cause.LambdaError => "lambda_error",
        Cause.AuthError => "auth_error",
        Cause.Waf => "waf",
        _ => "unknown",
    };

    /// <summary>A heading.</summary>
    public static string TitleOf(Cause cause) => cause switch
    {
        Cause.KeepaliveRace => "The target closes idle connections while they are used again",
        Cause.RequestLimitClose => "The target closes connections after a number of requests",
        Cause.TargetRestart => "Targets are restarted under traffic",
        Cause.ConnectRefused => "The target refuses connections",
        Cause.ConnectTimeout => "The target does not take connections in time",
        Cause.TargetTimeout => "The target gives up on its own requests",
        Cause.TargetCrash => "The target dies in the middle of requests",
        Cause.MalformedResponse => "One kind of request gets a broken answer",
        Cause.TlsFailure => "No TLS with the target",
        Cause.SlowTarget => "The target is silent until the idle timeout",
        Cause.NoTargets => "The target group has no targets",
        Cause.Deregistration => "Requests are cut when a target leaves",
        Cause.ClientAbort => "Clients leave before their answer",
        Cause.ClientTimeout => "Clients do not finish their requests",
        Cause.BadRequest => "Requests that the balancer does not take",
        Cause.LambdaError => "The Lambda function fails",
        Cause.AuthError => "Authentication fails",
        Cause.Waf => "WAF blocks, or does not answer",
        _ => "The lines fit no cause",
    };

    /// <summary>What happened where several target groups had it, as a sentence that goes on behind a colon.</summary>
    public static string InSeveralGroups(Cause cause) => cause switch
    {
        Cause.KeepaliveRace => "targets close idle connections while they are used again (keep-alive races).",
        Cause.RequestLimitClose => "targets close connections after a number of requests, unannounced.",
        Cause.TargetRestart => "targets are restarted under traffic.",
        Cause.ConnectRefused => "targets refuse connections.",
        Cause.ConnectTimeout => "targets do not take connections within 10 s.",
        Cause.TargetTimeout => "targets give up on their own requests.",
        Cause.TargetCrash => "targets die in the middle of requests.",
        Cause.MalformedResponse => "some kinds of requests get broken answers.",
        Cause.TlsFailure => "no TLS with their targets comes about.",
        Cause.SlowTarget => "targets are silent until the idle timeout.",
        Cause.NoTargets => "they have no targets to send to.",
        Cause.Deregistration => "requests are cut when targets leave.",
        Cause.ClientAbort => "clients leave before their answers.",
        Cause.ClientTimeout => "clients do not finish their requests.",
        Cause.BadRequest => "the balancer refuses requests.",
        Cause.LambdaError => "Lambda functions fail.",
        Cause.AuthError => "authentication fails.",
        Cause.Waf => "WAF blocks, or does not answer.",
        _ => "errors fit no cause.",
    };

    /// <summary>The only code that errors of this cause have, or null if it may be one of several.</summary>
    // Source: ALB user guide, troubleshooting
    public static int? StatusOf(Cause cause) => cause switch
    {
        Cause.KeepaliveRace or Cause.RequestLimitClose or Cause.TargetRestart or Cause.ConnectRefused or Cause.TargetTimeout
            or Cause.TargetCrash or Cause.MalformedResponse => 502,
        Cause.ConnectTimeout or Cause.SlowTarget => 504,
        Cause.NoTargets => 503,
        Cause.ClientAbort => 460,
        Cause.ClientTimeout => 408,
        _ => null,
    };
}
