using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.TargetLogs;

/// <summary>
/// Looks up a balancer's errors in its targets' logs. Errors and a sample of good requests are kept; the files stream by
/// twice, once for the clock's offset and once for the lines. One use: add, then run. It never guesses: what cannot be told
/// is an outcome of its own.
/// </summary>
public sealed class TargetLogJoin(TargetLogOptions options)
{
    // A fleet's logs are alike: what is true of many is said once.
    private const int MaxNamed = 3;

    private static readonly JoinAnswer _notCovered = new() { Outcome = JoinOutcome.NotCovered };

    private readonly List<JoinRequest> _errors = [], _goodRequests = [];
    private int _goodLevel;

    /// <summary>Adds an error. False: there are too many, and this one has no answer.</summary>
    public bool AddError(JoinRequest request)
    {
        if (_errors.Count == TargetLogLimits.Errors)
        {
            return false;
        }

        _errors.Add(request);
        return true;
    }

    /// <summary>Adds a request that its target answered. Of too many it keeps a sample that is spread evenly over the log.</summary>
    public void AddGood(JoinRequest request)
    {
        if (request.SampleLevel < _goodLevel)
        {
            return;
        }

        _goodRequests.Add(request);
        while (_goodRequests.Count > TargetLogLimits.GoodRequests)
        {
            _goodLevel++;
            _goodRequests.RemoveAll(other => other.SampleLevel < _goodLevel);
        }
    }

    public TargetLogJoinReport Run(IReadOnlyList<TargetLogFile> files)
    {
        var coverage = new LogCoverage();
        var descriptions = new List<TargetLogDescription>();
        var offsets = new List<ClockOffset?>();
        var answers = new JoinAnswer?[_errors.Count];
        var good = new JoinAnswer?[_goodRequests.Count];
        for (var file = 0; file < files.Count; file++)
        {
            var estimator = new OffsetEstimator(_goodRequests);
            var description = TargetLogReader.Read(files[file], options, entry => estimator.Accept(entry));
            var offset = description.ResolutionSeconds is { } resolution ? estimator.Estimate(description.TimeIs, resolution) : null;
            descriptions.Add(description);
            offsets.Add(offset);
            if (description.Requests == 0)
            {
                continue;
            }

            var join = new FileJoin(_errors, _goodRequests, offset, estimator.HasQueries, estimator.HasClients);
            TargetLogReader.Read(files[file], options, entry => join.Accept(entry));
            Collect(join, join.Errors, files[file].Name, answers);
            CollectGood(join, file, description, offset, files[file].Name, good, coverage);
        }

        return Conclude(descriptions, offsets, answers, good, coverage);
    }

    private static void Collect(FileJoin join, IReadOnlyList<JoinSlot> slots, string file, JoinAnswer?[] answers)
    {
        foreach (var slot in slots)
        {
            answers[slot.Index] = Better(answers[slot.Index], join.AnswerFor(slot, file));
        }
    }

    private static void CollectGood(
        FileJoin join, int file, TargetLogDescription description, ClockOffset? offset, string name, JoinAnswer?[] good, LogCoverage coverage)
    {
        var found = join.GoodRequests.Select(slot => (slot.Request, Answer: join.AnswerFor(slot, name))).ToArray();
        if (RangeOf(description, offset, found) is not ({ } from, { } to))
        {
            return;
        }

        coverage.AddFile(file, from, to);
        foreach (var (request, answer) in found)
        {
            // What may be another's line counts neither way.
            if (answer is not { Outcome: JoinOutcome.Ambiguous })
            {
                coverage.AddGood(file, request, answer is not null);
            }
        }

        Collect(join, join.GoodRequests, name, good);
    }

    // By the balancer's clock: of a file without times, from the first to the last request that was found in it.
    private static (long? From, long? To) RangeOf(
        TargetLogDescription description, ClockOffset? offset, IEnumerable<(JoinRequest Request, JoinAnswer? Answer)> found)
    {
        if (description is { From: { } from, To: { } to } && offset is not null)
        {
            // Without an offset nobody knows what times these are.
            return offset.IsEstimated ? (MicrosecondsOf(from) - offset.Microseconds, MicrosecondsOf(to) - offset.Microseconds) : (null, null);
        }

        var times = found.Where(static entry => entry.Answer is not null).Select(static entry => entry.Request.DispatchedMicroseconds).ToArray();
        return times.Length == 0 ? (null, null) : (times.Min(), times.Max());
    }

    private TargetLogJoinReport Conclude(
        List<TargetLogDescription> descriptions, List<ClockOffset?> offsets, JoinAnswer?[] answers, JoinAnswer?[] good, LogCoverage coverage)
    {
        int expected = 0, found = 0;
        foreach (var (index, request) in _goodRequests.Index())
        {
            if (good[index] is not { Outcome: JoinOutcome.Ambiguous } && coverage.AddGood(request, good[index] is not null))
            {
                expected++;
                found += good[index] is null ? 0 : 1;
            }
        }

        return new TargetLogJoinReport
        {
            Answers = [.. _errors.Index().Select(entry => answers[entry.Index] ?? Missing(entry.Item, coverage))],
            Files = descriptions,
            Offsets = offsets,
            GoodRequests = expected,
            GoodRequestsFound = found,
            Notes = [.. Notes(descriptions, offsets, expected, found)],
        };
    }

    private static JoinAnswer Missing(JoinRequest request, LogCoverage coverage) =>
        coverage.Covers(request) ? new JoinAnswer { Outcome = JoinOutcome.NoLine } : _notCovered;

    private static IEnumerable<string> Notes(List<TargetLogDescription> descriptions, List<ClockOffset?> offsets, int expected, int found)
    {
        foreach (var alike in descriptions.GroupBy(static description => description.Ability))
        {
            yield return $"{FileNames(alike)}: {alike.Key}";
        }

        var clocks = descriptions.Zip(offsets).Where(static entry => entry.Second is not null).ToArray();
        var known = clocks.Where(static entry => entry.Second!.IsEstimated).ToArray();
        foreach (var (description, offset) in known.Length <= MaxNamed ? known : [])
        {
            yield return $"{description.File}: its clock is {Seconds(offset!.Microseconds)} s off the load balancer's, " +
                $"within {offset.ToleranceMicroseconds / 1e6:0.000} s (from {Plural.Of(offset.Requests, "good request")})";
        }

        if (known.Length > MaxNamed)
        {
            yield return $"the clocks of {Plural.Of(known.Length, "file")} are {Seconds(known.Min(static entry => entry.Second!.Microseconds))} to " +
                $"{Seconds(known.Max(static entry => entry.Second!.Microseconds))} s off the load balancer's, " +
                $"within {known.Max(static entry => entry.Second!.ToleranceMicroseconds) / 1e6:0.000} s or less";
        }

        if (clocks.Length > known.Length)
        {
            yield return $"{FileNames(clocks.Where(static entry => !entry.Second!.IsEstimated).Select(static entry => entry.First))}: " +
                "no good request was recognized in it, so its clock is unknown, and nothing is found in it by time";
        }

        if (expected > 0)
        {
            yield return $"of {Plural.Of(expected, "good request")} that the targets' logs should have, {found} are in them ({(double)found / expected:0.0 %})";
        }
    }

    private static string FileNames(IEnumerable<TargetLogDescription> files)
    {
        string[] names = [.. files.Select(static file => file.File)];
        return names.Length <= MaxNamed ? string.Join(", ", names) : $"{names[0]} and {names.Length - 1} more";
    }

    private static string Seconds(long microseconds) => $"{microseconds / 1e6:+0.000;-0.000;0.000}";

    // The outcomes stand in the order of what they tell.
    private static JoinAnswer? Better(JoinAnswer? one, JoinAnswer? other) =>
        one is null || (other is not null && other.Outcome < one.Outcome) ? other : one;

    private static long MicrosecondsOf(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
