namespace Weir.Bench;

/// <summary>CPU for each request, as a multiple of the better peer's in the same round.</summary>
internal sealed record Ratio(double Median, double Lowest, double Highest)
{
    private static readonly string[] _peers = ["nginx", "haproxy"];

    /// <summary>Nothing when no peer ran beside it.</summary>
    public static Ratio? ToBetterPeer(string proxy, IReadOnlyDictionary<string, List<Round>> rounds)
    {
        string[] others = _peers.Where(peer => peer != proxy && rounds.ContainsKey(peer)).ToArray();
        if (others.Length == 0) return null;
        double[] ratios = rounds[proxy]
            .Select((round, i) => round.CpuMicrosPerRequest / others.Min(peer => rounds[peer][i].CpuMicrosPerRequest))
            .ToArray();
        return new Ratio(Statistics.Median(ratios), ratios.Min(), ratios.Max());
    }
}
