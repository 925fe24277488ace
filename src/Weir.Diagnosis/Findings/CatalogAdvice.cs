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

    public IReadOnlyList<string> ClosesAt(CloseTimes times) =>
        [.. Matches(times).Select(static match => match.Wording)];

    public string? Explain(CloseTimes times)
    {
        IReadOnlyList<ServerMatch> matches = Matches(times);
        ServerMatch? match = matches.FirstOrDefault(candidate => candidate.Server == declared) ?? (matches.Count > 0 ? matches[0] : null);
        string? others = declared is not null || matches.Count < 2 ? null
            : matches.Count == 2 ? "; one more server known here closes about then"
            : $"; {Plural.Of(matches.Count - 1, "more server")} known here {Plural.Word(matches.Count - 1, "closes", "close")} about then";
        return match is null ? null : match.Explain(times.Center) + others;
    }

    public IReadOnlyList<Fix> KeepAliveFixes(double idleTimeoutSeconds, CloseTimes? times)
    {
        var fixes = new List<Fix>(ServerAdvice.For(declared, idleTimeoutSeconds, times?.Low));
        if (declared is null && times is not null)
        {
            // Nobody said which server it is: what to do with any of them comes first.
            fixes.AddRange(Matches(times).Take(MaxServers).SelectMany(match => ServerAdvice.For(match.Server, idleTimeoutSeconds)));
        }

        if (times is not null && ServerAdvice.LowerIdleTimeout(times.Low) is { } lower
            && !fixes.Exists(fix => fix.Setting == lower.Setting))
        {
            fixes.Add(lower);
        }

        return [.. fixes.Distinct()];
    }

    private static IReadOnlyList<ServerMatch> Matches(CloseTimes times) => ServerCatalog.ClosesAt(times.Low, times.High, times.Errors);

    public IReadOnlyList<Fix> RequestLimitFixes() => ServerAdvice.ForRequestLimit(declared);
}
