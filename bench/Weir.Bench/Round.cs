namespace Weir.Bench;

/// <summary>One run of one proxy: costs divided by the requests that the clients saw answered.</summary>
internal sealed record Round(
    double CpuMicrosPerRequest, double UserMicrosPerRequest, double SystemMicrosPerRequest,
    double RequestsPerSecond, double? P50Micros, double? P99Micros, long Errors)
{
    public static Round From(ProcessCost cost, LoadResult load)
    {
        if (load.Requests == 0) throw new BenchException("no request was answered");
        // Ticks are coarse: only their proportion is used, of the exact total.
        double ticks = cost.UserMicros + cost.SystemMicros;
        double userShare = ticks > 0 ? cost.UserMicros / ticks : 0;
        double perRequest = cost.TotalMicros / load.Requests;
        return new Round(
            perRequest, perRequest * userShare, perRequest * (1 - userShare),
            load.RequestsPerSecond, load.P50Micros, load.P99Micros, load.BadStatuses + load.SocketErrors);
    }
}
