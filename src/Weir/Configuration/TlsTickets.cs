using System.Collections.Immutable;
using System.Runtime.Versioning;
using Weir.Balancer;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Configuration;

/// <summary>Makes the TLS of configurations, one after another, so that clients resume over all of them.</summary>
internal sealed class TlsTickets(TimeProvider time)
{
    // Made when it is needed: other systems have no TLS here.
    private TlsTicketKeys? _keys;

    /// <summary>What reads them.</summary>
    public TlsFiles Files { get; } = new(time);

    /// <summary>Reads the files that a snapshot names; null with an error for each that is wrong. Else what is to be known of them.</summary>
    public BalancerTls? Load(
        BalancerSnapshot snapshot, out ImmutableArray<ConfigurationError> errors, out ImmutableArray<ConfigurationWarning> warnings)
    {
        warnings = [];
        if (!OperatingSystem.IsLinux())
        {
            errors = [new ConfigurationError { Resource = "TLS", Property = "", Message = "certificates can be checked on Linux only" }];
            return null;
        }

        _keys ??= new TlsTicketKeys();
        BalancerTls? tls = BalancerTls.Load(snapshot, _keys, Files, time.GetUtcNow(), out IReadOnlyList<TlsProblem> problems);
        errors =
        [
            .. problems.Select(problem => new ConfigurationError
            {
                Resource = LabelOf(snapshot, problem.ResourceArn),
                Property = "",
                Message = problem.Sentence,
            }),
        ];
        if (tls is not null)
        {
            warnings = WarningsOf(snapshot, tls);
        }

        return tls;
    }

    /// <summary>What is to be known now of certificates that were read before; no file is read.</summary>
    [SupportedOSPlatform("linux")]
    public ImmutableArray<ConfigurationWarning> WarningsOf(BalancerSnapshot snapshot, BalancerTls tls) =>
    [
        .. tls.WarningsAt(time.GetUtcNow())
            .Select(warning => new ConfigurationWarning(LabelOf(snapshot, warning.ResourceArn), "", warning.Sentence, null)),
    ];

    private static string LabelOf(BalancerSnapshot snapshot, string arn)
    {
        string? listener = (from balancer in snapshot.LoadBalancers
                            from candidate in balancer.Listeners
                            where candidate.Arn == arn
                            select $"listener '{balancer.Name}:{candidate.Port}'").FirstOrDefault();
        return listener ?? $"target group '{snapshot.TargetGroupsByArn[arn].Name}'";
    }
}
