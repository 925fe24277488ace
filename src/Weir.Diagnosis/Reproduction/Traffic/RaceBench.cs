using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Weir.Balancer;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis;

/// <summary>
/// A target, the relay before it and the balancer before that, with traffic that brings many connections to the same idle
/// age and then uses them again. One a phase, owned by it; benches run beside one another without touching.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class RaceBench : IDisposable
{
    // Clients connect so long before they send, so that connecting, and a handshake for each, is not what is paced.
    private static readonly TimeSpan _connectAheadPlain = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _connectAheadTls = TimeSpan.FromSeconds(2);

    // Long enough for closes to be two and not one, however late a busy machine makes them.
    public static readonly TimeSpan BetweenHalves = TimeSpan.FromSeconds(1);

    // The balancer gives its lines out once a second.
    private static readonly TimeSpan _logLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _logAskInterval = TimeSpan.FromMilliseconds(20);

    // Lines come through a pipe; what comes later than this is held back by a buffer.
    private static readonly TimeSpan _targetLogLimit = TimeSpan.FromSeconds(1);

    private readonly TargetServer _server;
    private readonly DelayRelay _relay;
    private readonly LaboratoryBalancer _balancer;
    private readonly bool _isTls;
    private readonly bool _isHttp2;
    private readonly TimeSpan _connectAhead;
    private readonly string _path;
    private readonly string[] _methods;
    private readonly ConcurrentDictionary<string, AccessLogEntry> _log = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ExplainEntry> _explained = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _keys = new(StringComparer.Ordinal);
    private int _requests;

    public RaceBench(TargetServer server, ReproductionOptions options, bool protects)
    {
        _server = server;
        _isTls = options.Https;
        _isHttp2 = options.IsHttp2;
        _connectAhead = _isTls ? _connectAheadTls : _connectAheadPlain;
        _path = options.Path;
        _methods = options.Methods;
        Func<bool, IPassingReader>? readHttp2 = _isHttp2 ? static isFromTarget => new Http2PassingReader(isFromTarget) : null;
        _relay = new DelayRelay(server.EndPoint, options.Latency, options.TargetIsTls, readHttp2, options.Targets);
        _balancer = new LaboratoryBalancer(_relay.EndPoints, protects, options, AddLogLine, AddExplainLine);
    }

    /// <summary>The connections that carried requests of ours, not those of health checks.</summary>
    public IEnumerable<RelayedConnection> Connections =>
        _relay.Connections.Where(connection => connection.LastAnswered is { } key && _keys.ContainsKey(key));

    /// <summary>What is sent, in turn.</summary>
    public IReadOnlyList<string> Methods => _methods;

    /// <summary>The first thing that the balancer had to tell its operator.</summary>
    public string? BalancersReport => _balancer.FirstReport;

    public long Count(Counter counter) => _balancer.Count(counter);

    /// <summary>The line of the request that the same target connection had carried before this one; null if unknown.</summary>
    public AccessLogEntry? LineBefore(RaceRequest request) =>
        request.Passage is { Previous: { } previous } ? _log.GetValueOrDefault(previous) : null;

    /// <summary>
    /// Sends as many requests at once as there are ages, waits, and sends the others so that each meets a connection which
    /// has been idle for its age. A target that is gone is a <see cref="ReproductionException"/>.
    /// </summary>
    public async Task<Burst> Run(TimeSpan[] ages, CancellationToken cancel)
    {
        Pending[] first = await SendAtOnce(ages.Length, cancel);
        LaboratoryAnswer[] firstAnswers = await Answers(first);
        var keys = first.Select(static pending => pending.Key).ToHashSet(StringComparer.Ordinal);
        await ExpectTarget(cancel);
        if (!_relay.Connections.Any(connection => connection.LastAnswered is { } key && keys.Contains(key)))
        {
            throw new ReproductionException(
                ReproductionOutcome.ServerDidNotStart,
                $"the target at {_server.EndPoint} answers no more: not one of {Plural.Of(first.Length, "request")}");
        }

        long[] parked = Parked(first, firstAnswers);
        TimeSpan ahead = ages[0] - Stopwatch.GetElapsedTime(parked.Min()) - _connectAhead;
        if (ahead > TimeSpan.Zero)
        {
            await Task.Delay(ahead, cancel);
        }

        Pending[] second = await Connect(ages.Length, cancel);
        long withheldBefore = Count(Counter.ReusesWithheld);
        await Task.Factory.StartNew(
            () => SendAt(second, Moments(parked, ages)), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        LaboratoryAnswer[] answers = await Answers(second);
        int withheld = (int)(Count(Counter.ReusesWithheld) - withheldBefore);
        await ExpectTarget(cancel);
        await WaitForLines([.. first, .. second], cancel);
        bool knowsTargetLog = await HasWholeTargetLog([.. first, .. second], cancel);
        RelayedConnection[] closed =
        [
            .. Connections.Where(connection => keys.Contains(connection.LastAnswered!) && connection is { IsEndedByTarget: true, CloseAge: not null }),
        ];
        return new Burst(
            [.. first.Select((pending, index) => Describe(pending, null, firstAnswers[index]))],
            [.. second.Select((pending, index) => Describe(pending, ages[index], answers[index]))],
            ages[0],
            ages[^1],
            Stopwatch.GetElapsedTime(parked.Min(), parked.Max()),
            [.. closed.Select(static connection => connection.CloseAge!.Value)],
            [.. closed.Where(static connection => connection.IsEndedIdle).Select(static connection => connection.CloseAge!.Value)],
            withheld,
            knowsTargetLog);
    }

    /// <summary>
    /// Makes connections idle, half of them a moment after the others, and leaves them so for a time: the balancer sees
    /// them being closed, and not all in one instant, which it would take for one close with a cause of its own.
    /// </summary>
    /// <returns>The requests that made them idle.</returns>
    public async Task<RaceRequest[]> LeaveIdle(int connections, TimeSpan time, CancellationToken cancel)
    {
        Pending[] some = await SendAtOnce(connections, cancel);
        LaboratoryAnswer[] someAnswers = await Answers(some);
        await Task.Delay(BetweenHalves, cancel);
        Pending[] others = await SendAtOnce(connections / 2, cancel);
        LaboratoryAnswer[] otherAnswers = await Answers(others);
        await Task.Delay(time, cancel);
        await ExpectTarget(cancel);
        await WaitForLines([.. some, .. others], cancel);
        return
        [
            .. some.Select((pending, index) => Describe(pending, null, someAnswers[index])),
            .. others.Select((pending, index) => Describe(pending, null, otherAnswers[index])),
        ];
    }

    public void Dispose()
    {
        _balancer.Dispose();
        _relay.Dispose();
        _server.Dispose();
    }

    private async Task<Pending[]> SendAtOnce(int count, CancellationToken cancel)
    {
        if (_isHttp2)
        {
            await _balancer.WaitForHealth(cancel);
        }

        Pending[] pending = await Connect(count, cancel);
        foreach (Pending request in pending)
        {
            request.Client.Send(request.Method, request.Key);
        }

        return pending;
    }

    // As the balancer sees it: on a busy machine the client may hear of its answer much later. Null if the connection is not idle.
    private long? IdleSince(Pending request) =>
        _relay.Find(request.Key)?.Connection is { } connection && connection.LastAnswered == request.Key ? connection.LastDelivered : null;

    // Since when the connections have been idle that the next requests will be given, one after the other.
    private long[] Parked(Pending[] requests, LaboratoryAnswer[] answers)
    {
        long[] parked = [.. requests.Zip(answers, (pending, answer) => IdleSince(pending) ?? answer.CompletedTimestamp)];
        if (!_isHttp2)
        {
            // The longest idle first, whichever request it was.
            return [.. parked.Order()];
        }

        int[] ports = [.. requests.Select(request => _relay.Find(request.Key)?.Connection.Port ?? -1)];
        return TargetRotation.InItsOrder(ports, parked, _relay.EndPoints.Count);
    }

    // Requests go out one after the other, and one that waited for its moment would hold up those behind it.
    private static long[] Moments(long[] parked, TimeSpan[] ages)
    {
        long[] moments = [.. parked.Zip(ages, static (since, age) => since + (long)(age.TotalSeconds * Stopwatch.Frequency))];
        for (int i = moments.Length - 2; i >= 0; i--)
        {
            moments[i] = Math.Min(moments[i], moments[i + 1]);
        }

        return moments;
    }

    private static void SendAt(Pending[] pending, long[] moments)
    {
        for (int i = 0; i < pending.Length; i++)
        {
            PreciseWait.Until(moments[i]);
            pending[i].Client.Send(pending[i].Method, pending[i].Key);
        }
    }

    private async Task<Pending[]> Connect(int count, CancellationToken cancel)
    {
        var pending = new Pending[count];
        for (int i = 0; i < count; i++)
        {
            int number = ++_requests;
            ILaboratoryClient client = await ConnectOne(cancel);
            char separator = _path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            string key = string.Create(CultureInfo.InvariantCulture, $"{_path}{separator}n={number}");
            _keys.TryAdd(key, true);
            pending[i] = new Pending(client, _methods[number % _methods.Length], key, Receive(client, cancel));
        }

        return pending;
    }

    private async Task<ILaboratoryClient> ConnectOne(CancellationToken cancel) => (_isHttp2, _isTls) switch
    {
        (true, _) => await Http2LaboratoryClient.Connect(_balancer.EndPoint, cancel),
        (_, true) => await LaboratoryClient.ConnectTls(_balancer.EndPoint, cancel),
        _ => await LaboratoryClient.Connect(_balancer.EndPoint, cancel),
    };

    private async Task<LaboratoryAnswer> Receive(ILaboratoryClient client, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(_connectAhead + AnswerJudge.AnswerLimit);
        try
        {
            return await client.ReceiveAnswer(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return LaboratoryAnswer.Late(Stopwatch.GetTimestamp());
        }
    }

    private static async Task<LaboratoryAnswer[]> Answers(Pending[] pending)
    {
        try
        {
            return await Task.WhenAll(pending.Select(static request => request.Answer));
        }
        finally
        {
            foreach (Pending request in pending)
            {
                request.Client.Dispose();
            }
        }
    }

    private async Task WaitForLines(Pending[] pending, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        while (!pending.All(HasLines) && Stopwatch.GetElapsedTime(start) < _logLimit)
        {
            await Task.Delay(_logAskInterval, cancel);
        }
    }

    private bool HasLines(Pending request) =>
        _log.TryGetValue(request.Key, out AccessLogEntry? line) && (!line.IsBalancers502 || _explained.ContainsKey(line.TraceId));

    // What fails on account of a target that is gone is no race, and is no fault of the fix.
    private async Task ExpectTarget(CancellationToken cancel)
    {
        if (await _server.HowItEnded(cancel) is { } sentence)
        {
            throw new ReproductionException(ReproductionOutcome.ServerDidNotStart, sentence);
        }
    }

    // Whoever says that the target's log lacks a request shows first that it has the others.
    private async Task<bool> HasWholeTargetLog(Pending[] requests, CancellationToken cancel)
    {
        if (_server.Log is not { HasTraces: true } log)
        {
            return false;
        }

        string[] answered =
        [
            .. requests.Select(request => _log.GetValueOrDefault(request.Key))
                .Where(static line => line is not null && line.TargetStatus != "-")
                .Select(static line => line!.TraceId),
        ];
        long start = Stopwatch.GetTimestamp();
        while (!answered.All(trace => log.Find(trace) is not null))
        {
            if (Stopwatch.GetElapsedTime(start) > _targetLogLimit)
            {
                return false;
            }

            await Task.Delay(_logAskInterval, cancel);
        }

        return true;
    }

    private RaceRequest Describe(Pending pending, TimeSpan? age, LaboratoryAnswer answer)
    {
        AccessLogEntry? line = _log.GetValueOrDefault(pending.Key);
        RelayedRequest? passage = _relay.Find(pending.Key);
        ExplainEntry? explained = line is null ? null : _explained.GetValueOrDefault(line.TraceId);
        return new RaceRequest(
            pending.Method,
            age,
            answer,
            line,
            passage,
            _relay.Passes(pending.Key),
            line is null ? null : _server.Log?.Find(line.TraceId),
            explained,
            passage is null && explained is not null && PortOf(explained) is { } port ? _relay.LastEnded(port, answer.CompletedTimestamp) : null);
    }

    private int? PortOf(ExplainEntry explained)
    {
        for (int port = 0; port < _relay.EndPoints.Count; port++)
        {
            if (_relay.EndPoints[port].ToString() == explained.Target)
            {
                return port;
            }
        }

        return null;
    }

    private void AddLogLine(string line)
    {
        if (AccessLogEntry.Parse(line) is { } entry)
        {
            _log.TryAdd(entry.Path, entry);
        }
    }

    private void AddExplainLine(string line)
    {
        if (ExplainEntry.Parse(line) is { } entry)
        {
            _explained.TryAdd(entry.TraceId, entry);
        }
    }

    private readonly record struct Pending(ILaboratoryClient Client, string Method, string Key, Task<LaboratoryAnswer> Answer);
}
