using System.Globalization;
using Weir.Configuration;
using Weir.Diagnosis;

namespace Weir.Predicting;

/// <summary>Reads the options of `predict`, and finds everything that is wrong with them, not only the first.</summary>
internal sealed class PredictionFlagReader(PredictionFlags flags)
{
    private const double DefaultLatencyMs = 0.25;
    private const double DefaultHandlingMs = 3;
    private const int DefaultIdleTimeoutSeconds = 60;

    // Source: ALB user guide, idle timeout
    private const int MaxIdleTimeoutSeconds = 4_000;

    // One in thirty years.
    private const double MinRequestsPerSecond = 1e-9;
    private const double MaxRequestsPerSecond = 1e6;
    private const int MaxConnections = 1_000;
    private const int MaxPools = 1_000_000;

    private readonly List<UsageError> _errors = [];

    /// <summary>The question; null if there are errors.</summary>
    public RacePrediction? Read(out IReadOnlyList<UsageError> errors)
    {
        (TimeSpan from, TimeSpan until) = ReadKeepAlive();
        var asked = new RacePrediction
        {
            RequestsPerSecond = ReadRate(),
            ClosesFrom = from,
            ClosesUntil = until,
            BalancerIdleTimeout = TimeSpan.FromSeconds(
                flags.IdleTimeout is null ? DefaultIdleTimeoutSeconds : ReadCount("--idle-timeout", flags.IdleTimeout, MaxIdleTimeoutSeconds)),
            Latency = ReadDuration("--latency", flags.Latency, TimeSpan.FromMilliseconds(DefaultLatencyMs), TimeSpan.FromSeconds(1)),
            HandlingTime = ReadDuration("--handling", flags.Handling, TimeSpan.FromMilliseconds(DefaultHandlingMs), TimeSpan.FromMinutes(1)),
            Pattern = flags.Pattern == "periodic" ? ArrivalPattern.Periodic : ArrivalPattern.Poisson,
            Pools = flags.Pools is null ? 1 : ReadCount("--pools", flags.Pools, MaxPools),
            ConnectionsInTurn = flags.Connections is null ? null : ReadCount("--connections", flags.Connections, MaxConnections),
        };
        errors = _errors;
        return _errors.Count == 0 ? asked : null;
    }

    /// <summary>Where the simulation starts from.</summary>
    public ulong ReadSeed()
    {
        if (flags.Seed is null || ulong.TryParse(flags.Seed, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return flags.Seed is null ? 1 : ulong.Parse(flags.Seed, CultureInfo.InvariantCulture);
        }

        _errors.Add(new UsageError("--seed", flags.Seed, "this is not a number that it takes", $"0–{ulong.MaxValue}"));
        return 0;
    }

    private (TimeSpan From, TimeSpan Until) ReadKeepAlive()
    {
        const string Allowed = "the seconds after which the target closes, as 5, 500ms, or 2-3 where it looks now and then";
        if (flags.KeepAlive is not { } text)
        {
            _errors.Add(new UsageError("--keepalive", null, "this is missing", Allowed));
            return default;
        }

        string[] ends = text.Split('-', 2);
        TimeSpan? until = DurationText.Parse(ends[^1]);
        // In 500-600ms the unit is of both.
        string unit = ends[^1].TrimStart([.. "0123456789. "]);
        TimeSpan? from = ends.Length == 1 ? until
            : DurationText.Parse(ends[0]) is not null && char.IsAsciiDigit(ends[0].LastOrDefault()) ? DurationText.Parse(ends[0] + unit)
            : DurationText.Parse(ends[0]);
        if (from is not { } first || until is not { } last || first <= TimeSpan.Zero || last < first || last > TimeSpan.FromDays(1))
        {
            _errors.Add(new UsageError("--keepalive", text, "this is not a time, or two of them", Allowed));
            return default;
        }

        return (first, last);
    }

    private double ReadRate()
    {
        const string Allowed = "0.000000001–1000000";
        if (flags.Logs.Length > 0)
        {
            ForbidWithLogs();
            return 1;
        }

        if (flags.RequestsPerSecond is not { } text)
        {
            _errors.Add(new UsageError("--rps", null, "this is missing", $"requests a second, {Allowed}; or --from-log"));
            return 1;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double rate) && rate is >= MinRequestsPerSecond and <= MaxRequestsPerSecond)
        {
            return rate;
        }

        _errors.Add(new UsageError("--rps", text, "this is not a number that it takes", Allowed));
        return 1;
    }

    // A log knows its traffic, and how it was spread.
    private void ForbidWithLogs()
    {
        (string Option, string? Value)[] others =
        [
            ("--rps", flags.RequestsPerSecond), ("--handling", flags.Handling), ("--connections", flags.Connections),
            ("--pools", flags.Pools), ("--pattern", flags.Pattern), ("--simulate", flags.Simulate ? "" : null),
        ];
        foreach ((string option, string? value) in others.Where(static other => other.Value is not null))
        {
            _errors.Add(new UsageError(option, value == "" ? null : value, "this does not go with --from-log, which takes it from the log"));
        }
    }

    private TimeSpan ReadDuration(string option, string? text, TimeSpan standard, TimeSpan largest)
    {
        if (text is null)
        {
            return standard;
        }

        if (DurationText.Parse(text) is { } time && time <= largest)
        {
            return time;
        }

        _errors.Add(new UsageError(option, text, "this is not a time that it takes", $"{DurationText.Allowed}; up to {DurationText.Write(largest)}"));
        return standard;
    }

    private int ReadCount(string option, string text, int largest)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= largest)
        {
            return number;
        }

        _errors.Add(new UsageError(option, text, "this is not a number that it takes", $"1–{largest}"));
        return 1;
    }
}
