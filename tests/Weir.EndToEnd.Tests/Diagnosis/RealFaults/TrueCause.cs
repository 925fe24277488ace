using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// Why an error really happened. The balancer knows most of it, and its explain log says it: the reason. A target that
/// closed or refused is as far as its knowledge goes, and why the target did so is known to the run, which made it do so: then the
/// cause is that of the one fault, injected at that target, which does what the balancer saw (which connection it was, how long it had
/// been idle, how many requests it had carried, when, for which page). An error that nothing explains has no true cause, and the run is void.
/// </summary>
internal static class TrueCause
{
    private static readonly Dictionary<string, string> _byReason = new()
    {
        ["connect_timeout"] = "connect_timeout",
        ["target_silent"] = "slow_target",
        ["malformed_response"] = "malformed_response",
        ["response_headers_too_large"] = "malformed_response",
        ["deregistration_delay_over"] = "deregistration",
        ["no_targets"] = "no_targets",
        ["client_closed"] = "client_abort",
        ["client_silent"] = "client_timeout",
        ["client_closed_in_request"] = "bad_request",
        ["malformed_request"] = "bad_request",
        ["malformed_request_body"] = "bad_request",
        ["missing_host"] = "bad_request",
        ["severe_desync"] = "bad_request",
        ["request_headers_too_large"] = "bad_request",
        ["request_line_too_long"] = "bad_request",
        ["method_not_allowed"] = "bad_request",
        ["version_not_supported"] = "bad_request",
        ["transfer_coding_not_supported"] = "bad_request",
        ["too_many_forwarded_addresses"] = "bad_request",
        ["protocol_version_mismatch"] = "bad_request",
    };

    public static string? Of(ExplainLine line, IReadOnlyCollection<InjectedFault> faults)
    {
        string reason = line.Text("reason")!;
        if (_byReason.TryGetValue(reason, out string? known))
        {
            return known;
        }

        var time = DateTimeOffset.Parse(line.Text("time")!, CultureInfo.InvariantCulture);
        InjectedFault[] fitting = [.. faults.Where(fault => fault.IsCauseOf(line, time))];
        // Of a target that was being stopped no connection is closed for its age.
        InjectedFault[] strongest = fitting.Any(static fault => fault.IsEvent) ? [.. fitting.Where(static fault => fault.IsEvent)] : fitting;
        string[] causes = [.. strongest.Select(static fault => fault.Cause).Distinct()];
        return causes.Length == 1 ? causes[0] : null;
    }
}
