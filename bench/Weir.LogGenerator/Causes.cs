namespace Weir.LogGenerator;

/// <summary>The names of the causes, as the reports of <c>weir diagnose</c> have them. A simulated mechanism carries one; nothing here makes an error.</summary>
public static class Causes
{
    public const string KeepaliveRace = "keepalive_race";
    public const string RequestLimitClose = "request_limit_close";
    public const string TargetRestart = "target_restart";
    public const string ConnectRefused = "connect_refused";
    public const string ConnectTimeout = "connect_timeout";
    public const string TargetTimeout = "target_timeout";
    public const string TargetCrash = "target_crash";
    public const string MalformedResponse = "malformed_response";
    public const string TlsFailure = "tls_failure";
    public const string SlowTarget = "slow_target";
    public const string NoTargets = "no_targets";
    public const string Deregistration = "deregistration";
    public const string ClientAbort = "client_abort";
    public const string ClientTimeout = "client_timeout";
    public const string BadRequest = "bad_request";
    public const string LambdaError = "lambda_error";
    public const string AuthError = "auth_error";
    public const string Waf = "waf";

    public static IReadOnlyList<string> All { get; } =
    [
        KeepaliveRace, RequestLimitClose, TargetRestart, ConnectRefused, ConnectTimeout, TargetTimeout, TargetCrash,
        MalformedResponse, TlsFailure, SlowTarget, NoTargets, Deregistration, ClientAbort, ClientTimeout, BadRequest,
        LambdaError, AuthError, Waf,
    ];
}
