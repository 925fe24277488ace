namespace Weir.Diagnosis.TargetLogs;

/// <summary>
/// Which targets and times the files cover, as the good requests show: a missing line means something only where the lines
/// of others are there. Pure once filled; owned by <see cref="TargetLogJoin"/>.
/// </summary>
internal sealed class LogCoverage
{
    // Fewer good requests than this show nothing.
    private const int LeastGoodRequests = 3;

    // A log with less of a target's requests than this is not that target's log, or not a whole one.
    private const double LeastShare = 0.8;

    // With less than this a file has nothing to do with a target: some lines fit by chance.
    private const double LeastShareOfFile = 0.1;

    private readonly List<(int File, long From, long To)> _ranges = [];
    private readonly Dictionary<(int File, int Target), (int Inside, int Found)> _byFile = [];
    private readonly Dictionary<int, (int Inside, int Found)> _byTarget = [];

    /// <summary>A file, and the time from its first line to its last by the balancer's clock, microseconds.</summary>
    public void AddFile(int file, long from, long to) => _ranges.Add((file, from, to));

    /// <summary>A good request that was looked for in a file.</summary>
    public void AddGood(int file, JoinRequest request, bool isFound)
    {
        if (IsInside(file, request))
        {
            var (inside, found) = _byFile.GetValueOrDefault((file, request.Target));
            _byFile[(file, request.Target)] = (inside + 1, found + (isFound ? 1 : 0));
        }
    }

    /// <summary>A good request, once all files were read; false: no file should have it.</summary>
    public bool AddGood(JoinRequest request, bool isFound)
    {
        if (!IsInServingFile(request))
        {
            return false;
        }

        var (inside, found) = _byTarget.GetValueOrDefault(request.Target);
        _byTarget[request.Target] = (inside + 1, found + (isFound ? 1 : 0));
        return true;
    }

    /// <summary>Whether there would be a line, had the request reached its target.</summary>
    public bool Covers(JoinRequest request)
    {
        var (inside, found) = _byTarget.GetValueOrDefault(request.Target);
        return inside >= LeastGoodRequests && found >= inside * LeastShare && IsInServingFile(request);
    }

    private bool IsInServingFile(JoinRequest request) => _ranges.Exists(range =>
        request.DispatchedMicroseconds >= range.From && request.DispatchedMicroseconds <= range.To
        && _byFile.TryGetValue((range.File, request.Target), out var count)
        && count.Found >= Math.Max(1, count.Inside * LeastShareOfFile));

    private bool IsInside(int file, JoinRequest request) => _ranges.Exists(range =>
        range.File == file && request.DispatchedMicroseconds >= range.From && request.DispatchedMicroseconds <= range.To);
}
