using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis;

/// <summary>
/// The traffic of a log, pool by pool and hour by hour, as the formula needs it; what the formula expects of it, and the
/// 502s in the log that look like races. Holds one entry for each pool, however long the log is.
/// </summary>
public sealed class TrafficBook(RacePrediction asked) : ILoggedRequestConsumer
{
    private const long HourMicroseconds = 3_600_000_000;
    private const short BadGateway = 502;

    // A race is over within a round trip. Source: docs/race.md, the log line
    private const int LongestRaceMilliseconds = 1_000;

    // A target may be in several groups, and each group has its own connections to it.
    private readonly Dictionary<(int Node, int TargetGroup, int Target), PoolHour> _pools = [];
    private readonly Dictionary<int, TrafficForecast> _groups = [];
    private long _first = long.MaxValue;
    private long _last = long.MinValue;

    public void Accept(in LoggedRequest request, RequestDetail? detail)
    {
        _first = Math.Min(_first, request.CompletedMicroseconds);
        _last = Math.Max(_last, request.CompletedMicroseconds);
        // What was never sent to a target is no traffic of a pool.
        if (request.Target == LoggedRequest.NoName || request.TargetMilliseconds == LoggedRequest.NoTime)
        {
            return;
        }

        long hour = request.CompletedMicroseconds / HourMicroseconds;
        (int Node, int TargetGroup, int Target) pool = (request.Node, request.TargetGroup, request.Target);
        if (_pools.TryGetValue(pool, out PoolHour sum) && sum.Hour != hour)
        {
            Settle(sum);
            sum = default;
        }

        bool looksLikeRace = request is { ElbStatus: BadGateway, TargetStatus: 0, ResponseMilliseconds: LoggedRequest.NoTime, TargetMilliseconds: < LongestRaceMilliseconds };
        _pools[pool] = new PoolHour(
            hour,
            request.TargetGroup,
            sum.Requests + 1,
            sum.Milliseconds + request.TargetMilliseconds + Math.Max(request.ResponseMilliseconds, 0),
            sum.Suspects + (looksLikeRace ? 1 : 0));
    }

    /// <summary>To be asked once, at the end: by target group, as the log's names number them.</summary>
    public IReadOnlyDictionary<int, TrafficForecast> Conclude()
    {
        foreach (PoolHour hour in _pools.Values)
        {
            Settle(hour);
            TrafficForecast group = _groups[hour.TargetGroup];
            _groups[hour.TargetGroup] = group with { Pools = group.Pools + 1 };
        }

        _pools.Clear();
        return _groups;
    }

    private void Settle(in PoolHour hour)
    {
        // The log begins and ends within an hour.
        long from = Math.Max(hour.Hour * HourMicroseconds, _first);
        long until = Math.Min((hour.Hour + 1) * HourMicroseconds, _last);
        double seconds = Math.Max((until - from) / 1e6, 1);
        RacePrediction pool = asked with
        {
            RequestsPerSecond = hour.Requests / seconds,
            // The log's time is from dispatch to the answer, so the round trip is in it.
            HandlingTime = Longer(TimeSpan.Zero, TimeSpan.FromMilliseconds(hour.Milliseconds / (double)hour.Requests) - asked.Window),
            Pools = 1,
        };
        TrafficForecast group = _groups.GetValueOrDefault(hour.TargetGroup) ?? new TrafficForecast(0, 0, 0, 0);
        _groups[hour.TargetGroup] = group with
        {
            Requests = group.Requests + hour.Requests,
            Expected = group.Expected + (hour.Requests * pool.PerRequest()),
            Observed = group.Observed + hour.Suspects,
        };
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private readonly record struct PoolHour(long Hour, int TargetGroup, long Requests, long Milliseconds, long Suspects);
}
