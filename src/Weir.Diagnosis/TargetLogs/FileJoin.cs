using System.Runtime.InteropServices;

namespace Weir.Diagnosis.TargetLogs;

/// <summary>Joins one file's lines with the requests that are looked for, line by line, once its clock's offset is known.</summary>
internal sealed class FileJoin
{
    // Lines of the same path within this time before and after a request's window tell how many are in it by chance.
    private const long AroundMicroseconds = 30_000_000;

    // A join by time must be wrong less often than this.
    private const double LargestChance = 0.02;

    // A target goes on with a request whose client left or whose balancer gave up. Source: ALB user guide, 460 and 504.
    private const long AbandonedMicroseconds = 30_000_000;

    // A target may write its line a little after its connection was cut.
    private const long LateMicroseconds = 500_000;

    private readonly ClockOffset? _offset;
    private readonly bool _comparesQueries, _comparesClients;
    private readonly Dictionary<int, List<JoinSlot>> _byKey = [];
    private readonly Dictionary<string, JoinSlot> _byTrace = new(StringComparer.Ordinal);
    private readonly Dictionary<int, long> _longestWindow = [];
    private readonly List<JoinSlot> _fitting = [], _near = [];

    public FileJoin(IReadOnlyList<JoinRequest> errors, IReadOnlyList<JoinRequest> goodRequests, ClockOffset? offset, bool comparesQueries, bool comparesClients)
    {
        (_offset, _comparesQueries, _comparesClients) = (offset, comparesQueries, comparesClients);
        Errors = [.. errors.Select(static (request, index) => new JoinSlot(request, index, isError: true))];
        GoodRequests = [.. goodRequests.Select(static (request, index) => new JoinSlot(request, index, isError: false))];
        foreach (var slot in Errors.Concat(GoodRequests))
        {
            AddSlot(slot);
        }

        foreach (var slots in _byKey.Values)
        {
            slots.Sort(static (left, right) => left.Request.DispatchedMicroseconds.CompareTo(right.Request.DispatchedMicroseconds));
        }
    }

    public IReadOnlyList<JoinSlot> Errors { get; }

    public IReadOnlyList<JoinSlot> GoodRequests { get; }

    /// <summary>Lines that have a trace id, and all of them: where all have one, a request with an id is found by nothing else.</summary>
    public long LinesWithTrace { get; private set; }

    public long Lines { get; private set; }

    public bool IsTraced => LinesWithTrace > 0 && LinesWithTrace * 10 >= Lines * 9;

    public void Accept(in TargetLogEntry entry)
    {
        Lines++;
        if (entry.TraceId is { } traceId)
        {
            LinesWithTrace++;
            if (_byTrace.TryGetValue(traceId, out var slot))
            {
                // An application writes several lines of a request: the one with a status says most.
                slot.ByTrace = slot.ByTrace is { Status: not null } ? slot.ByTrace : entry;
                return;
            }
        }

        if (_offset is not null && entry is { TimeMicroseconds: not null, Path: { } path }
            && _byKey.TryGetValue(JoinRequest.KeyOf(entry.Method, path), out var slots))
        {
            AcceptByTime(entry, slots);
        }
    }

    /// <summary>What the file has for the request; null: nothing.</summary>
    public JoinAnswer? AnswerFor(JoinSlot slot, string file)
    {
        if (slot.ByTrace is { } traced)
        {
            return new JoinAnswer { Outcome = JoinOutcome.FoundByTraceId, Entry = traced, File = file, Candidates = 1 };
        }

        if (_offset is not { } offset || (IsTraced && slot.Request.TraceId is not null))
        {
            return null;
        }

        var candidates = slot.Own + slot.Contested;
        if (candidates == 0)
        {
            return null;
        }

        // By a clock that nobody knows nothing is found.
        var isFound = offset.IsEstimated
            && (slot.Own > 0 ? ChanceOf(slot, offset) <= LargestChance : slot.Contested > slot.Rivals);
        return new JoinAnswer
        {
            Outcome = isFound ? JoinOutcome.FoundByTime : JoinOutcome.Ambiguous,
            Entry = isFound ? slot.Nearest : null,
            File = file,
            Candidates = candidates,
            Offset = TimeSpan.FromMicroseconds(offset.Microseconds),
        };
    }

    private void AddSlot(JoinSlot slot)
    {
        var request = slot.Request;
        ref var slots = ref CollectionsMarshal.GetValueRefOrAddDefault(_byKey, request.Key, out _);
        slots ??= [];
        slots.Add(slot);
        if (request.TraceId is { } traceId)
        {
            _byTrace.TryAdd(traceId, slot);
        }

        if (_offset is { } offset)
        {
            var (from, to) = WindowOf(slot, offset, hasDuration: false);
            ref var longest = ref CollectionsMarshal.GetValueRefOrAddDefault(_longestWindow, request.Key, out _);
            longest = Math.Max(longest, to - from + (2 * offset.ToleranceMicroseconds));
        }
    }

    private void AcceptByTime(in TargetLogEntry entry, List<JoinSlot> slots)
    {
        var offset = _offset!;
        var moment = offset.MomentOf(entry);
        var hasDuration = entry.DurationMicroseconds is not null;
        var first = FirstFrom(slots, moment - _longestWindow[slots[0].Request.Key] - AroundMicroseconds);
        _fitting.Clear();
        _near.Clear();
        for (var index = first; index < slots.Count; index++)
        {
            var slot = slots[index];
            if (slot.Request.DispatchedMicroseconds - offset.ToleranceMicroseconds - AroundMicroseconds > moment)
            {
                break;
            }

            if (!slot.Request.Fits(entry, _comparesQueries, _comparesClients))
            {
                continue;
            }

            var (from, to) = WindowOf(slot, offset, hasDuration);
            if (moment >= from && moment <= to)
            {
                _fitting.Add(slot);
            }
            else if (moment >= from - AroundMicroseconds && moment <= to + AroundMicroseconds)
            {
                _near.Add(slot);
            }
        }

        Give(entry, moment, hasDuration);
    }

    // A line that is clearly one request's is nobody else's, and no chance for anyone.
    private void Give(in TargetLogEntry entry, long moment, bool hasDuration)
    {
        if (_fitting.Count == 0)
        {
            foreach (var slot in _near)
            {
                slot.Around++;
            }

            return;
        }

        var offset = _offset!;
        var nearest = _fitting.MinBy(slot => DistanceOf(slot, moment, hasDuration))!;
        var distance = DistanceOf(nearest, moment, hasDuration);
        _fitting.RemoveAll(slot => DistanceOf(slot, moment, hasDuration) > distance + (offset.ToleranceMicroseconds / 2));
        foreach (var slot in _fitting)
        {
            if (_fitting.Count == 1)
            {
                slot.Own++;
            }
            else
            {
                slot.Contested++;
                slot.Rivals = Math.Max(slot.Rivals, _fitting.Count - 1);
            }

            if (DistanceOf(slot, moment, hasDuration) < slot.NearestMicroseconds)
            {
                slot.NearestMicroseconds = DistanceOf(slot, moment, hasDuration);
                slot.Nearest = entry;
            }
        }
    }

    private long DistanceOf(JoinSlot slot, long moment, bool hasDuration) =>
        Math.Abs(moment - ClockOffset.MomentOf(slot.Request, _offset!.TimeIs, hasDuration));

    // By the balancer's clock. An error's answer need not have been done when the balancer gave up on it.
    private static (long From, long To) WindowOf(JoinSlot slot, ClockOffset offset, bool hasDuration)
    {
        var request = slot.Request;
        var moment = ClockOffset.MomentOf(request, offset.TimeIs, hasDuration);
        if (!slot.IsError || offset.TimeIs != TimeMeaning.End || hasDuration)
        {
            return (moment - offset.ToleranceMicroseconds, moment + offset.ToleranceMicroseconds);
        }

        var late = request.Status is 460 or 504 ? AbandonedMicroseconds : LateMicroseconds;
        return (request.DispatchedMicroseconds - offset.ToleranceMicroseconds, moment + offset.ToleranceMicroseconds + late);
    }

    private static double ChanceOf(JoinSlot slot, ClockOffset offset)
    {
        var (from, to) = WindowOf(slot, offset, slot.Nearest is { DurationMicroseconds: not null });
        return 1 - Math.Exp(-(double)slot.Around * (to - from) / (2 * AroundMicroseconds));
    }

    private static int FirstFrom(List<JoinSlot> slots, long dispatchedMicroseconds)
    {
        int low = 0, high = slots.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (slots[middle].Request.DispatchedMicroseconds < dispatchedMicroseconds)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
