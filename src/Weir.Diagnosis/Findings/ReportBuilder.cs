using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Reports;
using Weir.Diagnosis.TargetLogs;

namespace Weir.Diagnosis.Findings;

/// <summary>Makes the report of a log that was read: judges every error once, counts, and hands the counts to those who word them. Used once.</summary>
internal sealed class ReportBuilder
{
    // Close times kept of one finding: enough for any quantile told.
    private const int MaxWindowTimes = 4_000;

    // Of things that are alike, so many are named.
    private const int MaxNamed = 3;

    private readonly DiagnosisOptions _options;
    private readonly IdleTimeout _idleTimeout;
    private readonly RequestBook _book;
    private readonly LogNames _names;
    private readonly IServerAdvice _advice;
    private readonly OtherSources _others;
    private readonly ErrorJudge _judge;
    private readonly TimeBars _bars;
    private readonly Dictionary<(Cause Cause, int Group), FindingTally> _tallies = [];
    private readonly Dictionary<(long Time, ulong Key, int Target), Judgement> _judgedExamples = [];
    private readonly TimingSample _timings = new();

    public ReportBuilder(DiagnosisOptions options, RequestBook book, LogNames names, IServerAdvice advice, OtherSources others)
    {
        _others = others;
        _options = options;
        _book = book;
        _names = names;
        _advice = advice;
        _idleTimeout = book.Silences.Judge(options.IdleTimeout);
        _judge = new ErrorJudge(book, names, advice.CloseTimes, _idleTimeout);
        _bars = new TimeBars(book.Times, book.LastMicroseconds);
    }

    public DiagnosisReport Build(LogCounts counts, IErrorVerdictConsumer? each)
    {
        JudgeAll(each);
        FindingTally[] ordered = [.. _tallies.Values.OrderBy(static tally => RankOf(tally.Cause)).ThenByDescending(static tally => tally.Count)];
        var wording = new FindingBuilder(_idleTimeout, _book, _names, _advice, _judge, _others);
        Example[] examples = [.. _book.Examples.All];
        return new DiagnosisReport
        {
            Period = _book.Requests == 0 ? new LogPeriod(null, null) : new LogPeriod(TimeOf(_book.FirstMicroseconds), TimeOf(_book.LastMicroseconds)),
            // So that the findings' counts add up to it: what a rule asks for is no error.
            Counts = counts with { BalancerErrors = Math.Max(counts.BalancerErrors - _book.ConfiguredAnswers, 0) },
            IdleTimeout = _idleTimeout,
            Findings = [.. ordered.Select(tally => wording.Build(tally, ExamplesOf(tally, examples)))],
            Notes = Notes(),
            Charts = new ChartBuilder(_book, _names, _judge, _bars).Build(ordered, _timings),
        };
    }

    public static DateTimeOffset TimeOf(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    private static int RankOf(Cause cause) => cause switch
    {
        Cause.ClientAbort or Cause.ClientTimeout or Cause.BadRequest or Cause.AuthError or Cause.Waf => 2,
        Cause.Unknown => 1,
        _ => 0,
    };

    private void JudgeAll(IErrorVerdictConsumer? each)
    {
        foreach (Example example in _book.Examples.All)
        {
            _judgedExamples.TryAdd(KeyOf(example), default);
        }

        foreach (ErrorChunk chunk in _book.Errors.Read())
        {
            for (int i = 0; i < chunk.Count; i++)
            {
                ref ErrorCase error = ref chunk.Cases[i];
                Judgement judgement = _judge.Judge(error, chunk.Lags[i]);
                each?.Accept(new ErrorVerdict(
                    TimeOf(error.CompletedMicroseconds), chunk.TraceIds[i], error.ElbStatus, judgement.Cause, judgement.Confidence));
                FindingTally tally = Count(error, judgement, chunk.Lags[i]);
                CountOthers(error, chunk.TraceIds[i], tally);
            }
        }
    }

    private FindingTally Count(in ErrorCase error, in Judgement judgement, ushort[]? lags)
    {
        var key = (judgement.Cause, error.TargetGroup);
        if (!_tallies.TryGetValue(key, out FindingTally? tally))
        {
            _tallies.Add(key, tally = new FindingTally(judgement.Cause, error.TargetGroup, _book.Keys));
        }

        tally.Add(error, judgement, _bars.IndexOf(error.CompletedMicroseconds));
        _timings.Offer(error, judgement.Cause);
        var place = (error.CompletedMicroseconds, error.RequestKey, error.Target);
        if (_judgedExamples.ContainsKey(place))
        {
            _judgedExamples[place] = judgement;
        }

        if (error.Shape is ErrorShape.Named or ErrorShape.Silent)
        {
            return tally;
        }

        if (_judge.Incident(error) is { } incident)
        {
            tally.AnsweredAround += incident.HasAnswerBefore && double.IsFinite(incident.DownSeconds) ? 1 : 0;
            tally.InIncidents += incident.NotConnected + incident.Cut > 1 ? 1 : 0;
            if (tally.Incidents.Count == 0 || !ReferenceEquals(tally.Incidents[^1], incident))
            {
                tally.AddIncident(incident);
            }
        }

        if (error.Shape == ErrorShape.Cut && lags is not null && _judge.Model(error.TargetGroup) is { } model)
        {
            CountLags(error, lags, model.Evidence, tally);
        }

        return tally;
    }

    private void CountOthers(in ErrorCase error, string? traceId, FindingTally tally)
    {
        if (_others.Origins.Of(error.CompletedMicroseconds, error.RequestKey, error.Target) is { } origin)
        {
            long? openedAt = origin.Connection == 0 ? null : _others.Connections.OpenedAt(origin.Connection);
            tally.Origins.Add(origin, error.DispatchedMicroseconds - openedAt);
        }

        tally.NearFailedChecks += _others.Health.HasFailureNear(error.Target, error.CompletedMicroseconds) ? 1 : 0;
        switch (_others.TargetLog?.Invoke(error.CompletedMicroseconds, traceId)?.Outcome)
        {
            case JoinOutcome.FoundByTraceId:
                tally.InTargetLog++;
                tally.InTargetLogByTraceId++;
                break;
            case JoinOutcome.FoundByTime:
                tally.InTargetLog++;
                break;
            case JoinOutcome.NoLine:
                tally.NotInTargetLog++;
                break;
            default:
                break;
        }
    }

    private static void CountLags(in ErrorCase error, ushort[] lags, CutEvidence evidence, FindingTally tally)
    {
        tally.WithLags++;
        (bool isRightAfter, double chance) = evidence.RightAfter(error, lags);
        tally.RightAfter += isRightAfter ? 1 : 0;
        tally.RightAfterExpected += chance;
        if (evidence.CloseSeconds(lags) is { } seconds)
        {
            tally.InWindow++;
            if (tally.WindowCloseSeconds.Count < MaxWindowTimes)
            {
                tally.WindowCloseSeconds.Add(seconds);
            }
        }
    }

    private ExampleError[] ExamplesOf(FindingTally tally, Example[] all)
    {
        var fitting =
            from example in all
            where example.Request.TargetGroup == tally.TargetGroup
            let judged = _judgedExamples[KeyOf(example)]
            where judged.Chances[(int)tally.Cause] > 0 && judged.Cause == tally.Cause
            orderby judged.Confidence descending, example.Request.CompletedMicroseconds
            select example;
        return [.. fitting.Take(ReportLimits.Examples).Select(ToError)];
    }

    private ExampleError ToError(Example example) => new()
    {
        Time = TimeOf(example.Request.CompletedMicroseconds),
        TraceId = example.Detail.TraceId,
        ElbStatusCode = example.Request.ElbStatus,
        Target = example.Request.Target < 0 ? "-" : _names.Targets[example.Request.Target],
        Times = $"{Logged(example.Request.RequestMilliseconds)} {Logged(example.Request.TargetMilliseconds)} {Logged(example.Request.ResponseMilliseconds)}",
        Method = example.Detail.Method,
        Url = example.Detail.Url,
        GapSeconds = example.GapTicks < 0 ? null : example.GapTicks / Lags.LagScale.TicksPerSecond,
        TargetLog = example.Request.Target < 0 ? null : _others.TargetLog?.Invoke(example.Request.CompletedMicroseconds, example.Detail.TraceId)?.Text,
        File = example.Detail.File,
        LineNumber = example.Detail.LineNumber,
    };

    private static string Logged(int milliseconds) => milliseconds < 0 ? "-1" : $"{milliseconds / 1000.0:0.000}";

    private static (long Time, ulong Key, int Target) KeyOf(Example example) =>
        (example.Request.CompletedMicroseconds, example.Request.RequestKey, example.Request.Target);

    private string? ClientFailures()
    {
        long failed = _others.Connections.Failures.Values.Sum();
        return failed == 0 ? null
            : $"{failed:N0} of {Plural.Of(_others.Connections.Connections, "connection")} in the connection log ended in the TLS handshake with a client "
            + $"({FindingWording.Commonest(_others.Connections.Failures)}): no request of these clients is in the access log.";
    }

    private List<string> Notes()
    {
        var notes = new List<string>();
        if (_book.Silences.Remark(_options.IdleTimeout) is { } remark)
        {
            notes.Add(remark);
        }

        if (_tallies.Count == 0 && _book.Requests > 0)
        {
            double most = RateBound.Upper(0, (int)Math.Min(_book.Requests, int.MaxValue)) * 1e6;
            notes.Add(
                "Looked for: connections that targets refuse, close under a request or leave silent, groups without targets, and what the balancer refuses itself. "
                + $"None in {Plural.Of(_book.Requests, "request")}: there are fewer than {Math.Ceiling(most):N0} in a million (95 % sure).");
        }

        if (ClientFailures() is { } failures)
        {
            notes.Add(failures);
        }

        if (_book.Groups.Any(group => _judge.Model(group.TargetGroup) is { Evidence.IsTrafficSeen: false }))
        {
            notes.Add(
                "There are target groups of which the log has more errors than answered requests, as a log has that was searched for errors: after which idle time, and "
                + "in what share of requests, cannot be told. Give the whole log.");
        }

        if (_names.LoadBalancers.Count > 1)
        {
            string[] balancers = [.. _names.LoadBalancers.Order(StringComparer.Ordinal)];
            string more = balancers.Length > MaxNamed ? $" and {balancers.Length - MaxNamed:N0} more" : "";
            notes.Add(
                $"Lines of {balancers.Length:N0} load balancers were read together: {string.Join(", ", balancers.Take(MaxNamed))}{more}. "
                + "Each has an idle timeout of its own: diagnose them apart.");
        }

        if (_others.WithoutNode > 0 && _book.Errors.Count > 0)
        {
            notes.Add(
                $"Of {Plural.Of(_others.WithoutNode, "request")} neither the line nor the file's name says which node of the balancer had them: "
                + "times since an earlier answer may be those of another node's connection.");
        }

        if (_book.ConfiguredAnswers > 0)
        {
            notes.Add($"{Plural.Of(_book.ConfiguredAnswers, "answer")} of 4xx or 5xx {Plural.Word(_book.ConfiguredAnswers, "is a fixed response", "are fixed responses")} that a rule asks for; {Plural.Word(_book.ConfiguredAnswers, "it is", "they are")} not counted as {Plural.Word(_book.ConfiguredAnswers, "an error", "errors")}.");
        }

        if (_book.IsMemoryShort)
        {
            notes.Add("The log has more traffic than fits into the memory for lags: only the latest answers of each target were looked back at, and a late closing time may be missed.");
        }

        return notes;
    }
}
