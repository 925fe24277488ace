using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Findings;

/// <summary>What to do about causes that are not a server's keep-alive. Texts only.</summary>
internal static class GeneralFixes
{
    /// <summary>Whether what is advised leaves no error of this cause; of the others nobody knows how many would stay.</summary>
    public static bool IsWhole(Cause cause) => cause is Cause.KeepaliveRace or Cause.RequestLimitClose or Cause.TargetRestart or Cause.ConnectRefused
        or Cause.ConnectTimeout or Cause.NoTargets or Cause.Deregistration or Cause.TlsFailure;

    public static IReadOnlyList<Fix> Of(FindingFacts facts) => facts.Tally.Cause switch
    {
        Cause.TargetRestart =>
        [
            new Fix(
                "Take a target out before it is stopped, and let it finish what it has", null,
                "deployment: deregister first; on Kubernetes a preStop sleep of 15 to 25 s and the readiness gate of the load balancer controller",
                null, "The balancer goes on sending for some seconds after the deregistration: a process that ends at SIGTERM is too early."),
        ],
        Cause.ConnectRefused => [new Fix("Start what should listen on the target's port, or deregister the target", null, "the target", "curl -v http://TARGET:PORT/", "A health check on another port than the traffic's does not see it.")],
        Cause.ConnectTimeout => [new Fix("Let the balancer's subnets reach the target's port", null, "security group and network ACL of the target, routes; the listen queue if only some connections time out", "nc -vz TARGET PORT from a machine of the same subnet", null)],
        Cause.TargetTimeout => [new Fix("Make the slow requests faster, or give them more time", null, "the target's own limit of a request (gunicorn --timeout, Puma worker_timeout, php-fpm request_terminate_timeout, seconds)", null, "Above the balancer's idle timeout it only turns the 502 into a 504.")],
        Cause.TargetCrash => [new Fix("Find what ends the target's processes", null, "the target's log, its supervisor's, the kernel's (out of memory)", null, null)],
        Cause.MalformedResponse => [new Fix("Repair what the target answers to this kind of request", null, "the target: invalid headers, headers over 32 K, or a close without an answer", "curl -v --raw to the target itself", null)],
        Cause.TlsFailure => [new Fix("Let the target speak a TLS version and cipher that the balancer offers", null, "the target's TLS settings, or its load while handshakes hang", "openssl s_client -connect TARGET:PORT", "The balancer does not check the target's certificate: its expiry is not the cause.")],
        Cause.SlowTarget => [new Fix($"Answer, or send something, before the idle timeout of {facts.IdleTimeoutSeconds:0.###} s; or raise it", null, "the target's slow requests; or idle_timeout.timeout_seconds, an attribute of the load balancer, 1 to 4000 s", null, "With a higher idle timeout the targets' keep-alive has to be raised as well, or requests meet closing connections.")],
        Cause.NoTargets => [new Fix("Keep at least one target registered, also during a deployment", null, "target group", "aws elbv2 describe-target-health --target-group-arn ARN", null)],
        Cause.Deregistration => [new Fix("Let the deregistration delay outlast the longest request", null, "deregistration_delay.timeout_seconds, an attribute of the target group (300 s by default, 3600 at the most)", null, "A target that ends earlier than the delay cuts them all the same.")],
        Cause.ClientAbort => [new Fix("Answer before the clients give up, or let them wait longer", null, "the clients' timeouts", null, null)],
        Cause.ClientTimeout => [new Fix("Nothing on the targets: clients stop in the middle of their requests", null, "the clients' networks and uploads; or idle_timeout.timeout_seconds, an attribute of the load balancer, where uploads pause for longer", null, "Connections that are opened ahead and never used end so too: that harms nobody.")],
        Cause.BadRequest => [new Fix("Find who sends these requests: scanners can be left alone, clients of yours need repair", null, "the client; what the balancer tolerates is routing.http.desync_mitigation_mode and routing.http.drop_invalid_header_fields.enabled", null, null)],
        Cause.Unknown => [new Fix("Look at the lines below, and give the targets' own logs with --target-log", null, null, null, null)],
        Cause.LambdaError => [new Fix("Look up the function's errors, its throttling and the size of its answers (1 MB at the most)", null, "the function", null, null)],
        Cause.AuthError => [new Fix("Repair what error_reason names", null, "the listener rule's authentication, or its identity provider", null, null)],
        Cause.Waf => [new Fix("Look up which rule of WAF blocked the requests", null, "the web ACL's log", null, null)],
        _ => [],
    };
}
