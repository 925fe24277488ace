using Weir.Diagnosis.Causes;

namespace Weir.Diagnosis.Findings;

/// <summary>What would show that an error has this cause and not the one named. Texts only.</summary>
internal static class Deciders
{
    public static string Of(Cause cause) => cause switch
    {
        Cause.KeepaliveRace => "weir probe TARGET measures after which idle time the target closes; below the idle timeout it is the race",
        Cause.RequestLimitClose => "weir probe TARGET --max-requests counts the requests that the target allows on one connection",
        Cause.TargetRestart => "the target's own log has its start at that time, and deployments theirs",
        Cause.ConnectRefused => "a connection to the target's port: it is refused for good, or time and again",
        Cause.ConnectTimeout => "a connection to the target's port from the balancer's subnets; security groups and network ACLs",
        Cause.TargetTimeout => "the target's settings for how long a request may take, and its log of workers that were ended",
        Cause.TargetCrash => "the target's log or its supervisor's: a worker that died at that time",
        Cause.MalformedResponse => "the same request sent to the target directly, its answer looked at byte by byte",
        Cause.TlsFailure => "openssl s_client to the target's port: protocol, ciphers, and how long the handshake takes",
        Cause.SlowTarget => "the target's own log: the request is there, and took longer than the idle timeout",
        Cause.NoTargets => "the target group's registered targets at that time (CloudTrail: RegisterTargets, DeregisterTargets)",
        Cause.Deregistration => "CloudTrail has a DeregisterTargets before it, by the deregistration delay",
        Cause.ClientAbort => "the client's own timeout, or its user who left",
        Cause.LambdaError => "the function's log and metrics at that time",
        _ => "the target's own log at that time",
    };
}
