using System.Globalization;
using Weir.Diagnosing;
using Weir.Diagnosis;
using Weir.Diagnosis.Reports;
using Weir.Output;

namespace Weir.Predicting;

/// <summary>A prediction as people read it.</summary>
internal sealed class PredictionText(Terminal terminal)
{
    private const double Million = 1e6;

    // What a load test is like: hundreds of requests a second for ten minutes.
    private const double LoadTestRequestsPerSecond = 500;
    private const double LoadTestSeconds = 600;

    private const int MaxName = 40;

    // One in 27 years; one request in 30 years of one a second.
    private const double SmallestRate = 1e-4;
    private const double SmallestShare = 1e-9;

    public void Write(RacePrediction asked, RaceSimulationResult? simulated)
    {
        foreach (string sentence in Question(asked))
        {
            WriteWrapped(sentence);
        }

        terminal.WriteLine();
        double perRequest = asked.PerRequest();
        terminal.WriteLine($"  502s a day   {terminal.Bold(Rate(asked.PerDay()))}");
        terminal.WriteLine($"  per million  {Rate(perRequest * Million)}   {OneIn(perRequest)}");
        if (simulated is not null)
        {
            WriteSimulated(PredictionSimulation.Of(simulated));
        }

        terminal.WriteLine();
        if (asked.Pattern == ArrivalPattern.Periodic)
        {
            WriteWrapped(EvenIntervals(asked));
        }
        else if (PredictionChart.Traffic(asked).Any(static row => row.PerDay() > 0))
        {
            foreach (string line in PredictionChart.Write(asked, terminal))
            {
                terminal.WriteLine(line);
            }

            terminal.WriteLine();
            WriteWrapped(LoadTest(asked));
        }

        WriteWrapped(Advice(asked, perRequest));
    }

    /// <summary>What the formula makes of a log's own traffic, beside what the log shows.</summary>
    public void Write(RacePrediction asked, LogCounts counts, IReadOnlyList<TrafficRow> groups)
    {
        WriteWrapped($"The traffic of {Plural.Of(counts.Requests, "request")}, pool by pool and hour by hour, with a target that closes after {Closes(asked)} behind an idle timeout of {DurationText.Write(asked.BalancerIdleTimeout)}, {DurationText.Write(asked.Latency)} away:");
        terminal.WriteLine();
        var table = new TextTable("TARGET GROUP", "POOLS", "REQUESTS", "EXPECTED", "SEEN", "");
        foreach (TrafficRow row in groups)
        {
            table.Add(
                InertText.Of(row.TargetGroup is { } arn ? NameOf(arn) : "-", MaxName),
                row.Forecast.Pools.ToString("N0", CultureInfo.InvariantCulture),
                row.Forecast.Requests.ToString("N0", CultureInfo.InvariantCulture),
                Rate(row.Forecast.Expected),
                row.Forecast.Observed.ToString("N0", CultureInfo.InvariantCulture),
                row.Forecast.Comparison switch
                {
                    > 0 => "more than chance allows",
                    < 0 => "fewer than chance allows",
                    _ => "within what chance allows",
                });
        }

        terminal.WriteLine(table.Write().TrimEnd());
        terminal.WriteLine();
        if (groups.Any(static row => row.Forecast.Comparison > 0))
        {
            WriteWrapped("More than chance allows means another closing time, a longer way, bursts, or another cause: weir diagnose tells which.");
        }

        WriteWrapped("Seen are 502s that look like races. The expected number grows in proportion to --latency, which a log does not tell.");
    }

    /// <summary>With three digits that count.</summary>
    public static string Number(double value) => value switch
    {
        0 => "0",
        >= 1e15 or < 1e-6 => value.ToString("0.0e+0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        _ => decimal.Round((decimal)value, Math.Max(0, 2 - (int)Math.Floor(Math.Log10(value)))).ToString("0.#########", CultureInfo.InvariantCulture),
    };

    /// <summary>What is too small to matter in a lifetime is only said to be so.</summary>
    public static string Rate(double value) => value is > 0 and < SmallestRate
        ? string.Create(CultureInfo.InvariantCulture, $"<{SmallestRate:0.####}")
        : Number(value);

    public static string OneIn(double perRequest) => perRequest switch
    {
        0 => "none",
        < SmallestShare => string.Create(CultureInfo.InvariantCulture, $"1 in more than {1 / SmallestShare:N0}"),
        _ => $"1 in {Number(Rounded(1 / perRequest))}",
    };

    private static double Rounded(double value)
    {
        double unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(value)) - 2));
        return Math.Round(value / unit) * unit;
    }

    private static string Closes(RacePrediction asked) => asked.ClosesFrom == asked.ClosesUntil
        ? DurationText.Write(asked.ClosesFrom)
        : $"{DurationText.Write(asked.ClosesFrom)} to {DurationText.Write(asked.ClosesUntil)}";

    // …:targetgroup/NAME/ID
    private static string NameOf(string arn) => arn.Split('/') is [_, var name, ..] ? name : arn;

    private static IEnumerable<string> Question(RacePrediction asked)
    {
        string pools = asked.Pools == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", shared out over {asked.Pools:N0} pools");
        string reuse = asked.ConnectionsInTurn is { } turns ? $"{Plural.Of(turns, "connection")} in turn" : "the newest idle connection first";
        yield return $"The target closes an idle connection after {Closes(asked)}, the balancer after {DurationText.Write(asked.BalancerIdleTimeout)}.";
        yield return $"{Number(asked.RequestsPerSecond)} {(asked.RequestsPerSecond == 1 ? "request" : "requests")} a second{pools}, {(asked.Pattern == ArrivalPattern.Periodic ? "at even intervals" : "independent of each other")}; {reuse}.";
        yield return $"{DurationText.Write(asked.Latency)} one way, {DurationText.Write(asked.HandlingTime)} for an answer: "
            + $"a request is lost in the last {DurationText.Write(asked.Window)} before the close.";
    }

    private void WriteSimulated(PredictionSimulation simulated)
    {
        terminal.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  simulated    {Number(simulated.PerMillion)}   {Number(simulated.Low)} to {Number(simulated.High)} with 90 % confidence: {simulated.Races:N0} in {Plural.Of(simulated.Requests, "request")} of {Number(simulated.VirtualSeconds / 86_400)} days"));
        if (simulated.OtherFailures > 0)
        {
            terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"               {Plural.Of(simulated.OtherFailures, "request")} failed for another reason"));
        }
    }

    private static string LoadTest(RacePrediction asked)
    {
        RacePrediction test = asked with { RequestsPerSecond = Math.Max(LoadTestRequestsPerSecond, 10 * asked.RequestsPerSecond) };
        double expected = test.PerRequest() * test.RequestsPerSecond * LoadTestSeconds;
        return $"A load test hides it: of the {Number(test.RequestsPerSecond * LoadTestSeconds)} requests of ten minutes at {Number(test.RequestsPerSecond)} a second it would lose {Rate(expected)}. "
            + "Busy connections are never idle for long; what races are connections that are used about as seldom as they are closed.";
    }

    private static string EvenIntervals(RacePrediction asked)
    {
        const string Rule = "Even intervals are all or nothing: the age at a reuse is always the same, in the window or out of it.";
        (TimeSpan from, TimeSpan until) = asked.LosingIntervals();
        return asked.ClosesFrom - asked.Window > asked.BalancerIdleTimeout
            ? Rule
            : string.Create(CultureInfo.InvariantCulture, $"{Rule} Here a request every {from.TotalSeconds:0.####} to {until.TotalSeconds:0.####} s would meet the close.");
    }

    private void WriteWrapped(string text)
    {
        foreach (string line in TextWrap.Lines(text, terminal.Width))
        {
            terminal.WriteLine(line);
        }
    }

    private static string Advice(RacePrediction asked, double perRequest)
    {
        if (perRequest > 0)
        {
            return "It ends when the target outlives the balancer: weir probe measures it and names the setting.";
        }

        return asked.ClosesFrom - asked.Window > asked.BalancerIdleTimeout
            ? "None: the balancer closes first, and by more than a round trip."
            : "None at this traffic. The target closes before the balancer does, so other traffic may meet it.";
    }
}
