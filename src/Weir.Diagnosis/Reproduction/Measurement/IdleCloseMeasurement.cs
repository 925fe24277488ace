using System.Diagnostics;
using System.Net;

namespace Weir.Diagnosis;

/// <summary>
/// Measures when a target closes idle connections: one request on each of several, and then nothing; and what it answers,
/// which is what it must answer later on. Straight to the target,
/// without balancer and relay, so that only the target's own clock is in it.
/// </summary>
internal sealed class IdleCloseMeasurement(
    IPEndPoint target, string path, IReadOnlyList<string> methods, TimeSpan limit, bool isTls = false, bool isHttp2 = false)
{
    // Every other one asks for keep-alive in so many words, the first of them.
    private const int Connections = 8;
    private const string Get = "GET";

    // Not all at the same moment: a target that looks for idle connections now and then shows its spread.
    private static readonly TimeSpan _stagger = TimeSpan.FromMilliseconds(37);

    private static readonly TimeSpan _answerLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _resetLimit = TimeSpan.FromMilliseconds(200);

    private string Hint => (isHttp2, isTls) switch
    {
        (true, true) => "--protocol-version HTTP1 tries that",
        (true, _) => "does it speak TLS, or HTTP/1.1 only? https://… tries the one, --protocol-version HTTP1 the other",
        (_, true) => "does it speak HTTP/2 only? --protocol-version HTTP2 tries that",
        _ => "does it speak TLS, or HTTP/2 only? https://… tries the one, --protocol-version HTTP2 the other",
    };

    public async Task<IdleClose> Run(CancellationToken cancel)
    {
        var answered = new List<(string Method, int Status)>();
        // What runs for the first time is compiled first, and that would be missing in the first connection's age.
        foreach (string method in methods)
        {
            using IMeasuredConnection connection = await Connect(cancel);
            answered.Add((method, (await Ask(connection, method, asks: true, cancel)).StatusCode));
        }

        var readings = new List<Task<Reading>>();
        for (int i = 0; i < Connections; i++)
        {
            readings.Add(Measure(asks: i % 2 == 0, testsLateBytes: i == 0, cancel));
            await Task.Delay(_stagger, cancel);
        }

        Reading[] all = await Task.WhenAll(readings);
        Reading[] ended = [.. all.Where(static reading => reading.HasEnded)];
        answered.AddRange(all.Select(static reading => (Get, reading.Status)));
        return new IdleClose
        {
            StatusesByMethod = answered.GroupBy(static answer => answer.Method, static answer => answer.Status)
                .ToDictionary(static group => group.Key, static group => group.Distinct().Order().ToArray()),
            KeepsConnections = all.Any(static reading => reading.KeepsConnection),
            SaidSeconds = all.Select(static reading => reading.SaidSeconds).FirstOrDefault(static seconds => seconds is not null),
            SaysOnlyWhenAsked = all[1].SaidSeconds is null && all[0].SaidSeconds is not null,
            Ages = [.. ended.Select(static reading => reading.Age).Order()],
            StillOpen = all.Length - ended.Length,
            Limit = limit,
            Fins = ended.Count(static reading => reading.End == RelayEnd.Fin),
            Resets = ended.Count(static reading => reading.End == RelayEnd.Rst),
            ResetsLateBytes = all[0].ResetsLateBytes,
            GoAways = ended.Count(static reading => reading.GoAway is not null),
            GoAwayCode = ended.Select(static reading => reading.GoAway).OfType<string>().GroupBy(static code => code)
                .MaxBy(static group => group.Count())?.Key,
        };
    }

    private async Task<IMeasuredConnection> Connect(CancellationToken cancel) => isHttp2
        ? await Http2MeasuredConnection.Connect(target, isTls, path, cancel)
        : new Http1MeasuredConnection(await LaboratoryClient.ConnectToTarget(target, isTls, cancel), path);

    private async Task<Reading> Measure(bool asks, bool testsLateBytes, CancellationToken cancel)
    {
        using IMeasuredConnection connection = await Connect(cancel);
        LaboratoryAnswer answer = await Ask(connection, Get, asks, cancel);
        var reading = new Reading(answer.StatusCode, answer.KeepsConnection, answer.KeepAliveSeconds, RelayEnd.None, limit, null, null);
        if (await connection.WaitForEnd(limit, cancel) is not { } end)
        {
            return reading;
        }

        return reading with
        {
            End = end.End,
            Age = Stopwatch.GetElapsedTime(answer.CompletedTimestamp, end.Timestamp),
            GoAway = end.GoAway,
            ResetsLateBytes = testsLateBytes && end.End == RelayEnd.Fin ? await connection.MeetsReset(_resetLimit, cancel) : null,
        };
    }

    private async Task<LaboratoryAnswer> Ask(IMeasuredConnection connection, string method, bool asks, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(_answerLimit);
        try
        {
            LaboratoryAnswer answer = await connection.Ask(method, asks, deadline.Token);
            return answer.StatusCode switch
            {
                0 when answer.Refusal is { } refusal => throw new ReproductionException(
                    ReproductionOutcome.ServerDidNotStart,
                    $"the target at {target} speaks HTTP/2, and {refusal} instead of an answer to {method} {path}; its log of this time says why"),
                0 => throw new ReproductionException(
                    ReproductionOutcome.ServerDidNotStart,
                    $"what listens at {target} closes without an answer, or with one that is not {(isHttp2 ? "HTTP/2" : "HTTP/1.1")}, to {method} {path}; {Hint}"),
                // Later on nobody could tell such an answer from a failure.
                >= 500 => throw new ReproductionException(
                    ReproductionOutcome.ServerDidNotStart,
                    $"the target answers {method} {path} with {answer.StatusCode} by itself, without a balancer; --path names a path that it serves"),
                _ => answer,
            };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new ReproductionException(
                ReproductionOutcome.ServerDidNotStart,
                $"what listens at {target} does not answer {method} {path} within {_answerLimit.TotalSeconds:0} s");
        }
    }

    private readonly record struct Reading(int Status, bool KeepsConnection, int? SaidSeconds, RelayEnd End, TimeSpan Age, bool? ResetsLateBytes, string? GoAway)
    {
        public bool HasEnded => End != RelayEnd.None || GoAway is not null;
    }
}
