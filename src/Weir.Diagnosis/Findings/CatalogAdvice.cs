using Weir.Diagnosis.Lags;
using Weir.Diagnosis.Reports;
using Weir.Diagnosis.Servers;

namespace Weir.Diagnosis.Findings;

/// <summary>Advice from the <see cref="ServerCatalog"/>, for the server that the user named, or for those that fit. Immutable.</summary>
internal sealed class CatalogAdvice(ServerProfile? declared) : IServerAdvice
{
    private const int MaxServers = 3;

    public IReadOnlyList<CloseTimeRange> CloseTimes { get; } =
    [
        .. ServerCatalog.All
            .SelectMany(static server => server.Defaults)
            .Where(static entry => entry.Behavior == IdleBehavior.Closes)
            .Select(static entry => new CloseTimeRange(entry.ClosesFromSeconds, entry.ClosesToSeconds))
            .Distinct(),
    ];

    public IReadOnlyList<string> ClosesAt(double lowSeconds, double highSeconds) =>
        [.. ServerCatalog.ClosesAt(lowSeconds, highSeconds).Select(static match => match.Wording)];

    public string? Explain(double closesAtSeconds, double lowSeconds, double highSeconds)
    {
        IReadOnlyList<ServerMatch> matches = ServerCatalog.ClosesAt(lowSeconds, highSeconds);
        ServerMatch? match = matches.FirstOrDefault(candidate => candidate.Server == declared) ?? (matches.Count > 0 ? matches[0] : null);
        string? others = declared is not null || matches.Count < 2 ? null
            : matches.Count == 2 ? "; one more server known here closes about then"
            : $"; {Plural.Of(matches.Count - 1, "more server")} known here {Plural.Word(matches.Count - 1, "closes", "close")} about then";
        return match is null ? null : match.Explain(closesAtSeconds) + others;
    }

    public IReadOnlyList<Fix> KeepAliveFixes(double idleTimeoutSeconds, double? closesFromSeconds)
    {
        var fixes = new List<Fix>();
        if (declared is not null || closesFromSeconds is not { } closes)
        {
            fixes.AddRange(ServerAdvice.For(declared, idleTimeoutSeconds, closesFromSeconds));
        }
        else
        {
            IReadOnlyList<ServerMatch> matches = ServerCatalog.ClosesAt(closes, closes);
            // Where several servers close then, none of them is named as if it were the one.
            fixes.AddRange(matches.Count == 1 ? [] : ServerAdvice.For(null, idleTimeoutSeconds));
            fixes.AddRange(matches.Take(MaxServers).SelectMany(match => ServerAdvice.For(match.Server, idleTimeoutSeconds)));
        }

        if (closesFromSeconds is { } from && ServerAdvice.LowerIdleTimeout(from) is { } lower
            && !fixes.Exists(fix => fix.Setting == lower.Setting))
        {
            fixes.Add(lower);
        }

        return [.. fixes.Distinct()];
    }

    public IReadOnlyList<Fix> RequestLimitFixes() => ServerAdvice.ForRequestLimit(declared);
}
