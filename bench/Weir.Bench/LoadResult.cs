namespace Weir.Bench;

/// <summary>What the load generator saw in one run.</summary>
internal sealed record LoadResult(
    long Requests, double DurationMicros, long Bytes, double? P50Micros, double? P99Micros, long BadStatuses, long SocketErrors)
{
    public double RequestsPerSecond => Requests * 1e6 / DurationMicros;
}
