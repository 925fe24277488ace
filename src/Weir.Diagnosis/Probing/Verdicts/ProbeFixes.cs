using System.Globalization;
using Weir.Diagnosis.Reports;
using Weir.Diagnosis.Servers;

namespace Weir.Diagnosis.Probing;

/// <summary>What to change, for a verdict. What is set at which server, the catalogue of servers knows.</summary>
internal static class ProbeFixes
{
    // Stands in the catalogue's advice where only its reader knows the address.
    private const string AnyTarget = "http://TARGET:PORT";

    public static IReadOnlyList<Fix> For(ProbeVerdict verdict, IdleSummary idle, ServerIdentity server, ProbeOptions options)
    {
        ServerProfile? profile = (options.DeclaredServer ?? server.Key) is { } key ? ServerCatalog.Find(key) : null;
        IReadOnlyList<Fix> fixes = verdict.Reason switch
        {
            ProbeReason.ClosesEarlier or ProbeReason.ClosesTogether => ForIdle(profile, idle, options),
            ProbeReason.UnannouncedRequestLimit => ServerAdvice.ForRequestLimit(profile),
            ProbeReason.Lost => [FindWhatForgets(options)],
            _ => [],
        };
        return [.. fixes.Select(fix => fix with { Check = fix.Check?.Replace(AnyTarget, options.Url + (options.IsHttp2 ? " --http2" : ""), StringComparison.Ordinal) })];
    }

    // Who runs an unknown server may not be able to set it.
    private static IReadOnlyList<Fix> ForIdle(ServerProfile? profile, IdleSummary idle, ProbeOptions options)
    {
        IReadOnlyList<Fix> advice = options.IsHttp2
            ? ServerAdvice.ForHttp2(profile, options.IdleTimeout.TotalSeconds)
            : ServerAdvice.For(profile, options.IdleTimeout.TotalSeconds);
        return profile is null && ServerAdvice.LowerIdleTimeout(idle.Ages[0].TotalSeconds) is { } wayOut ? [.. advice, wayOut] : advice;
    }

    private static Fix FindWhatForgets(ProbeOptions options) => new(
        "Find what forgets idle connections on the way to the target, or let the balancer close them earlier",
        null,
        "firewalls, NAT gateways, service meshes and network balancers between here and the target have idle timeouts of their own",
        string.Create(CultureInfo.InvariantCulture, $"weir probe {AnyTarget} --idle-timeout {options.IdleTimeout.TotalSeconds:0}"),
        "The balancer may take another way to the target than this probe does: run it where the balancer's packets pass.");
}
