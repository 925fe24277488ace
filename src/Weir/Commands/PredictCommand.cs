using System.CommandLine;
using System.Text.Json;
using Weir.Configuration;
using Weir.Diagnosing;
using Weir.Diagnosis;
using Weir.Diagnosis.Reports;
using Weir.Output;
using Weir.Predicting;

namespace Weir.Commands;

/// <summary>`weir predict`: how many 502s some timeouts and some traffic will give.</summary>
internal static class PredictCommand
{
    // Races enough for an interval of a tenth; and a minute at the most.
    private const long EnoughRaces = 400;
    private const long MaxRequests = 2_000_000;
    private static readonly TimeSpan _maxTime = TimeSpan.FromMinutes(1);

    // Sentences of ours with a path in them, which may be long.
    private const int MaxMessage = 2_000;

    public static Command Create(OutputOptions output)
    {
        Option<string?> keepAlive = One("--keepalive", "TIME", "after which the target closes an idle connection: 5, 500ms, 2-3");
        Option<string?> idleTimeout = One("--idle-timeout", "SECONDS", "of the balancer (60)");
        Option<string?> rate = One("--rps", "N", "requests a second");
        Option<string?> latency = One("--latency", "TIME", "between balancer and target, each way (250us)");
        Option<string?> handling = One("--handling", "TIME", "the target's, for an answer (3ms)");
        Option<string?> connections = One("--connections", "N", "used in turn, the oldest first (the newest first)");
        Option<string?> pools = One("--pools", "N", "nodes times targets, to share the traffic (1)");
        Option<string?> pattern = One("--pattern", "poisson|periodic", "how requests come (poisson)");
        pattern.AcceptOnlyFromAmong("poisson", "periodic");
        var simulate = new Option<bool>("--simulate") { Description = "count it in a simulated network too, for up to a minute" };
        Option<string?> seed = One("--seed", "N", "of the simulation (1)");
        var logs = new Option<string[]>("--from-log")
        {
            HelpName = "PATH",
            Description = "take the traffic from an ALB log, and compare",
            AllowMultipleArgumentsPerToken = true,
        };
        var predict = new Command("predict", "compute how many 502s timeouts and traffic will give")
        {
            keepAlive, idleTimeout, rate, latency, handling, connections, pools, pattern, simulate, seed, logs,
        };
        predict.SetAction(result => (int)Run(
            new PredictionFlags
            {
                KeepAlive = result.GetValue(keepAlive),
                IdleTimeout = result.GetValue(idleTimeout),
                RequestsPerSecond = result.GetValue(rate),
                Latency = result.GetValue(latency),
                Handling = result.GetValue(handling),
                Connections = result.GetValue(connections),
                Pools = result.GetValue(pools),
                Pattern = result.GetValue(pattern),
                Simulate = result.GetValue(simulate),
                Seed = result.GetValue(seed),
                Logs = result.GetValue(logs) ?? [],
            },
            ParseErrors.AmongPaths(result.GetValue(logs) ?? [], predict),
            output.Messages(result)));
        return predict;
    }

    private static Option<string?> One(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private static ExitCode Run(PredictionFlags flags, IEnumerable<UsageError> unknown, MessageWriter messages)
    {
        var reader = new PredictionFlagReader(flags);
        ulong seed = reader.ReadSeed();
        RacePrediction? read = reader.Read(out IReadOnlyList<UsageError> wrong);
        UsageError[] errors = [.. unknown, .. wrong];
        if (read is not { } asked || errors.Length > 0)
        {
            UsageReport.Write(errors, messages, "predict");
            return ExitCode.Usage;
        }

        using var interruption = new Interruption();
        var terminal = Terminal.OfProcess();
        try
        {
            return flags.Logs.Length > 0
                ? OfLogs(flags.Logs, asked, terminal, messages, interruption.Token)
                : OfNumbers(asked, flags.Simulate ? Simulate(asked, seed, messages, interruption.Token) : null, terminal, messages);
        }
        catch (OperationCanceledException) when (interruption.IsAsked)
        {
            terminal.ClearStatus();
            return interruption.End(messages, "stopped before its end");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            messages.Fail("predict", InertText.Of(exception.Message, MaxMessage));
            return ExitCode.Failed;
        }
    }

    private static ExitCode OfNumbers(
        RacePrediction asked, RaceSimulationResult? simulated, Terminal terminal, MessageWriter messages)
    {
        if (messages.Format == OutputFormat.Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                PredictionDocument.Of(asked, simulated), PredictionJson.Readable.PredictionDocument));
        }
        else
        {
            new PredictionText(terminal).Write(asked, simulated);
        }

        return ExitCode.Done;
    }

    private static ExitCode OfLogs(string[] paths, RacePrediction asked, Terminal terminal, MessageWriter messages, CancellationToken cancel)
    {
        // The command has no thread but this one to give away.
        (LogCounts counts, IReadOnlyList<TrafficRow> groups) =
            TrafficReading.Read(paths, asked, messages, cancel).GetAwaiter().GetResult();
        if (groups.Count == 0)
        {
            messages.Fail("predict", "no request in there was sent to a target");
            return ExitCode.Failed;
        }

        if (messages.Format == OutputFormat.Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                PredictionDocument.Of(asked, groups), PredictionJson.Readable.PredictionDocument));
        }
        else
        {
            new PredictionText(terminal).Write(asked, counts, groups);
        }

        return ExitCode.Done;
    }

    private static RaceSimulationResult Simulate(RacePrediction asked, ulong seed, MessageWriter messages, CancellationToken cancel)
    {
        var progress = new SimulationProgress(EnoughRaces, MaxRequests, _maxTime);
        long start = TimeProvider.System.GetTimestamp();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        end.CancelAfter(_maxTime);
        RaceSimulationResult? soFar = null;
        using (ProgressLine.OfProcess(messages, () => progress.Describe(
            Volatile.Read(ref soFar)?.Races ?? 0, Volatile.Read(ref soFar)?.Requests ?? 0, TimeProvider.System.GetElapsedTime(start))))
        {
            RaceSimulationResult result = RaceSimulation.Run(
                asked, seed, EnoughRaces, MaxRequests, now => Volatile.Write(ref soFar, now), end.Token);
            cancel.ThrowIfCancellationRequested();
            return result;
        }
    }
}
