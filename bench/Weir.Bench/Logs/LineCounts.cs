namespace Weir.Bench.Logs;

/// <summary>What a program has counted, as far as all of them do: lines, and lines by the balancer's status.</summary>
internal sealed record LineCounts(IReadOnlyDictionary<int, long> ByStatus)
{
    public long Lines => ByStatus.Values.Sum();

    public bool IsSameAs(LineCounts other) =>
        ByStatus.Count == other.ByStatus.Count
        && ByStatus.All(status => other.ByStatus.TryGetValue(status.Key, out long count) && count == status.Value);

    public override string ToString() =>
        $"{Lines} lines: {string.Join(", ", ByStatus.OrderBy(status => status.Key).Select(status => $"{status.Key} {status.Value} times"))}";
}
