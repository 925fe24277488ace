using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Weir.Diagnosis;

/// <summary>
/// What a target wrote about its requests, found again by trace id. Owned by a server; lines may come on any thread. Of
/// the lines without a trace id only the last few that say something are kept.
/// </summary>
internal sealed partial class TargetLog
{
    private const int KeptLines = 5;

    private readonly ConcurrentDictionary<string, string> _byTrace = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _lastLines = [];

    /// <summary>Whether this target logs trace ids: only then does a missing line mean anything.</summary>
    public bool HasTraces => !_byTrace.IsEmpty;

    /// <summary>The last lines that the target wrote, for when it ends.</summary>
    public string LastLines => string.Join(" | ", _lastLines);

    public void Add(string line)
    {
        if (TraceRoot().Match(line) is { Success: true } match)
        {
            _byTrace.TryAdd(match.Value, line);
            return;
        }

        if (SaysNothing().IsMatch(line))
        {
            return;
        }

        _lastLines.Enqueue(line.Trim());
        if (_lastLines.Count > KeptLines)
        {
            _lastLines.TryDequeue(out _);
        }
    }

    /// <summary>The line for the request with this value of X-Amzn-Trace-Id, or null.</summary>
    public string? Find(string traceId) =>
        TraceRoot().Match(traceId) is { Success: true } match ? _byTrace.GetValueOrDefault(match.Value) : null;

    // The frames of a stack trace come by the dozen, behind the one line that says what is wrong.
    [GeneratedRegex(@"^\s*(at |\^*\s*$|\.\.\. \d+ more)")]
    private static partial Regex SaysNothing();

    // Source: ALB user guide, request tracing.
    [GeneratedRegex("Root=1-[0-9a-f]{8}-[0-9a-f]{24}")]
    private static partial Regex TraceRoot();
}
