namespace Weir.Diagnosis.Causes;

/// <summary>Why the balancer answered with an error of its own. Every such error gets exactly one. The definitions, with lines to compare, stand in docs/diagnosis.md.</summary>
public enum Cause
{
    /// <summary>The line fits no cause well enough to be blamed on it.</summary>
    Unknown,

    /// <summary>The request met a connection that the target's idle timer was closing.</summary>
    KeepaliveRace,

    /// <summary>The request met a connection that the target closed because it had carried as many requests as it may.</summary>
    RequestLimitClose,

    /// <summary>The target, or one after the other, was stopped and started.</summary>
    TargetRestart,

    /// <summary>The target refused the connection, and was not just restarting.</summary>
    ConnectRefused,

    /// <summary>No connection to the target came about within 10 s.</summary>
    ConnectTimeout,

    /// <summary>The target cut its own request off after a nearly constant time.</summary>
    TargetTimeout,

    /// <summary>The target went away in the middle of requests, after varying times.</summary>
    TargetCrash,

    /// <summary>The answer to one kind of request could not be understood, or was cut.</summary>
    MalformedResponse,

    /// <summary>No TLS session with the target came about.</summary>
    TlsFailure,

    /// <summary>The target was silent until the idle timeout.</summary>
    SlowTarget,

    /// <summary>The target group had no targets to choose from.</summary>
    NoTargets,

    /// <summary>The deregistration delay ended while the request was in hand.</summary>
    Deregistration,

    /// <summary>The client closed before it had its answer.</summary>
    ClientAbort,

    /// <summary>The client did not send its whole request in time.</summary>
    ClientTimeout,

    /// <summary>The request was not one that the balancer takes.</summary>
    BadRequest,

    /// <summary>The Lambda function, or the way to it, failed.</summary>
    LambdaError,

    /// <summary>Authentication failed, or its provider did.</summary>
    AuthError,

    /// <summary>WAF blocked the request, or did not answer.</summary>
    Waf,
}
