using System.Runtime.InteropServices;

namespace Weir.Diagnosis.TargetLogs;

/// <summary>
/// Finds the targets' clock's offset from good requests and the lines of one file. By trace id where both have them; else
/// by the difference that is commoner than chance, first among paths that are rare in the file. Bounded; sees each line once.
/// </summary>
internal sealed class OffsetEstimator
{
    // Past this a request and a line are not of one request, however wrong the clock was guessed.
    private const long RefineMicroseconds = 3_000_000;

    // A request is on its way for some time, and is logged a little later: even good clocks differ by that.
    private const long SlackMicroseconds = 50_000;

    // Without an estimate: two clocks that follow the same time servers.
    private const long AssumedToleranceMicroseconds = 1_000_000;

    private const int LeastTraceDifferences = 3;

    private static readonly TimeMeaning[] _meanings = [TimeMeaning.Start, TimeMeaning.End];

    private readonly Dictionary<int, List<JoinRequest>> _byKey = [];
    private readonly Dictionary<string, JoinRequest> _byTrace = new(StringComparer.Ordinal);
    private readonly HashSet<string> _clients = new(StringComparer.OrdinalIgnoreCase);

    // Lines of each path as long as they are few; null: they were many, and went to the histograms of the common ones.
    private readonly Dictionary<int, List<TargetLogEntry>?> _linesByKey = [];
    private readonly Dictionary<TimeMeaning, DifferenceHistogram> _common = [];
    private readonly Dictionary<TimeMeaning, List<long>> _traceDifferences =
        new() { [TimeMeaning.Start] = [], [TimeMeaning.End] = [] };

    private long _clientLines, _knownClientLines;

    public OffsetEstimator(IEnumerable<JoinRequest> goodRequests)
    {
        foreach (var request in goodRequests)
        {
            Add(request.Key, request);
            if (request.FullKey != request.Key)
            {
                Add(request.FullKey, request);
            }

            if (request.TraceId is { } traceId)
            {
                _byTrace[traceId] = request;
            }

            _clients.Add(request.Client);
        }
    }

    private void Add(int key, JoinRequest request)
    {
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_byKey, key, out _);
        list ??= [];
        if (list.Count < TargetLogLimits.GoodRequestsPerPath)
        {
            list.Add(request);
        }
    }

    /// <summary>Whether lines have queries: then a line without one is of a request without one.</summary>
    public bool HasQueries { get; private set; }

    /// <summary>Whether lines name the balancer's clients, and not the balancer.</summary>
    public bool HasClients => _knownClientLines * 10 > _clientLines;

    public void Accept(in TargetLogEntry entry)
    {
        HasQueries |= entry.Path?.Contains('?', StringComparison.Ordinal) ?? false;
        if (entry.Client is { } client)
        {
            _clientLines++;
            _knownClientLines += _clients.Contains(client) ? 1 : 0;
        }

        if (entry.TimeMicroseconds is null)
        {
            return;
        }

        if (entry.TraceId is { } traceId && _byTrace.TryGetValue(traceId, out var request))
        {
            AddTrace(entry, request);
        }

        var key = JoinRequest.FullKeyOf(entry.Method, entry.Path);
        if (entry.Path is not null && _byKey.TryGetValue(key, out var requests))
        {
            // Its times are all that is needed of it: the texts would be too much to keep.
            AddLine(new TargetLogEntry { TimeMicroseconds = entry.TimeMicroseconds, DurationMicroseconds = entry.DurationMicroseconds }, key, requests);
        }
    }

    public ClockOffset Estimate(TimeMeaning timeIs, double resolutionSeconds)
    {
        var meanings = timeIs == TimeMeaning.Unknown ? _meanings : [timeIs];
        var resolution = (long)(resolutionSeconds * 1e6);
        return FromTraces(meanings, resolution)
            ?? FromRarePaths(meanings, resolution)
            ?? FromCommonPaths(meanings, resolution)
            ?? new ClockOffset(0, AssumedToleranceMicroseconds + resolution, 0, meanings[0]);
    }

    private void AddTrace(in TargetLogEntry entry, JoinRequest request)
    {
        foreach (var meaning in _meanings)
        {
            if (_traceDifferences[meaning].Count < TargetLogLimits.TraceDifferences)
            {
                _traceDifferences[meaning].Add(ClockOffset.Difference(entry, request, meaning));
            }
        }
    }

    private void AddLine(in TargetLogEntry entry, int key, List<JoinRequest> requests)
    {
        ref var lines = ref CollectionsMarshal.GetValueRefOrAddDefault(_linesByKey, key, out var isKnown);
        if (!isKnown)
        {
            lines = [];
        }

        if (lines is null)
        {
            AddTo(_common, entry, requests);
            return;
        }

        lines.Add(entry);
        if (lines.Count > TargetLogLimits.LinesPerDistinctPath)
        {
            foreach (var line in lines)
            {
                AddTo(_common, line, requests);
            }

            lines = null;
        }
    }

    private static void AddTo(Dictionary<TimeMeaning, DifferenceHistogram> histograms, in TargetLogEntry entry, List<JoinRequest> requests)
    {
        foreach (var meaning in _meanings)
        {
            ref var histogram = ref CollectionsMarshal.GetValueRefOrAddDefault(histograms, meaning, out _);
            histogram ??= new DifferenceHistogram();
            foreach (var request in requests)
            {
                histogram.Add(ClockOffset.Difference(entry, request, meaning));
            }
        }
    }

    private ClockOffset? FromTraces(ReadOnlySpan<TimeMeaning> meanings, long resolution)
    {
        ClockOffset? best = null;
        foreach (var meaning in meanings)
        {
            if (_traceDifferences[meaning] is { Count: >= LeastTraceDifferences } differences && Around(differences, meaning, resolution) is var offset
                && (best is null || offset.ToleranceMicroseconds < best.ToleranceMicroseconds))
            {
                best = offset;
            }
        }

        return best;
    }

    private ClockOffset? FromRarePaths(ReadOnlySpan<TimeMeaning> meanings, long resolution)
    {
        var histograms = new Dictionary<TimeMeaning, DifferenceHistogram>();
        foreach (var (key, lines) in _linesByKey)
        {
            foreach (var line in lines ?? [])
            {
                AddTo(histograms, line, _byKey[key]);
            }
        }

        if (Best(histograms, meanings, resolution) is not ({ } peak, var meaning))
        {
            return null;
        }

        var differences = new List<long>();
        foreach (var (key, lines) in _linesByKey)
        {
            foreach (var line in lines ?? [])
            {
                differences.AddRange(_byKey[key]
                    .Select(request => ClockOffset.Difference(line, request, meaning))
                    .Where(difference => Math.Abs(difference - peak.Center) <= RefineMicroseconds));
            }
        }

        return Around(differences, meaning, resolution);
    }

    private ClockOffset? FromCommonPaths(ReadOnlySpan<TimeMeaning> meanings, long resolution) =>
        Best(_common, meanings, resolution) is ({ } peak, var meaning)
            ? new ClockOffset(peak.Center, ((peak.To - peak.From) / 2) + SlackMicroseconds, peak.Excess, meaning)
            : null;

    private static (DifferencePeak? Peak, TimeMeaning Meaning) Best(
        Dictionary<TimeMeaning, DifferenceHistogram> histograms, ReadOnlySpan<TimeMeaning> meanings, long resolution)
    {
        (DifferencePeak? Peak, TimeMeaning Meaning) best = default;
        foreach (var meaning in meanings)
        {
            if (histograms.TryGetValue(meaning, out var histogram) && histogram.FindPeak(resolution) is { } peak
                && (best.Peak is not { } other || peak.LogChance < other.LogChance))
            {
                best = (peak, meaning);
            }
        }

        return best;
    }

    // The middle, and what nearly all lie within: a few differences in it may be of other requests. Below twenty of them the
    // largest says little, so the times' resolution is added once more.
    private static ClockOffset Around(List<long> differences, TimeMeaning meaning, long resolution)
    {
        differences.Sort();
        var middle = differences[differences.Count / 2];
        var distances = differences.ConvertAll(difference => Math.Abs(difference - middle));
        distances.Sort();
        var spread = distances[(int)((distances.Count - 1) * 0.95)];
        var tolerance = (spread * 5 / 4) + SlackMicroseconds + (differences.Count < 20 ? resolution : 0);
        return new ClockOffset(middle, Math.Min(tolerance, RefineMicroseconds), differences.Count, meaning);
    }
}
