using System.Globalization;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosing;

/// <summary>Numbers as people read them, the same in the terminal and on the page.</summary>
internal static class ReportWording
{
    private const double CertainFrom = 0.97;
    private const double VeryLikelyFrom = 0.85;
    private const double LikelyFrom = 0.65;
    private const double PossibleFrom = 0.4;

    // What is not told from all of them.
    private const double EveryPerMillion = 999_999.5;

    private static readonly TimeSpan _shortestForADay = TimeSpan.FromHours(1);

    private static readonly string[] _byteUnits = ["bytes", "kB", "MB", "GB", "TB"];

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>`7.7`, `0.04`, `1,900`: two digits that count, and never more exact than that.</summary>
    public static string Rate(double rate) => rate switch
    {
        0 => "0",
        >= 100 => Number((long)Math.Round(rate)),
        >= 10 => rate.ToString("0", CultureInfo.InvariantCulture),
        >= 1 => rate.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.01 => rate.ToString("0.00", CultureInfo.InvariantCulture),
        _ => "less than 0.01",
    };

    /// <summary>`0.6 %` of a share.</summary>
    public static string Percent(double share) => (share * 100) switch
    {
        0 => "0 %",
        >= 10 => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %",
        >= 0.1 => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %",
        >= 0.001 => (share * 100).ToString("0.000", CultureInfo.InvariantCulture) + " %",
        _ => "less than 0.001 %",
    };

    /// <summary>`97 %`; no rounding makes it certain.</summary>
    public static string Confidence(double confidence) => confidence > 0.99
        ? "over 99 %"
        : Math.Floor((confidence * 100) + 1e-9).ToString("0", CultureInfo.InvariantCulture) + " %";

    public static string ConfidenceWords(double confidence) => confidence switch
    {
        >= CertainFrom => "almost certain",
        >= VeryLikelyFrom => "very likely",
        >= LikelyFrom => "likely",
        >= PossibleFrom => "possible",
        _ => "no more than a guess",
    };

    /// <summary>`5 s`, `5.02 s`: milliseconds at most.</summary>
    public static string Seconds(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture) + " s";

    /// <summary>`5.000 s`: the log's resolution, kept even where it is round.</summary>
    public static string Gap(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture) + " s";

    public static string Bytes(double bytes)
    {
        int unit = 0;
        for (; bytes >= 1000 && unit < _byteUnits.Length - 1; unit++)
        {
            bytes /= 1000;
        }

        return bytes.ToString(unit == 0 || bytes >= 100 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + _byteUnits[unit];
    }

    /// <summary>`3 days`, `5 h 12 min`, `40 s`.</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalDays: >= 2 } => $"{duration.TotalDays.ToString("0.#", CultureInfo.InvariantCulture)} days",
        { TotalHours: >= 1 } => $"{(int)duration.TotalHours} h{(duration.Minutes > 0 ? $" {duration.Minutes} min" : "")}",
        { TotalMinutes: >= 2 } => $"{(int)duration.TotalMinutes} min{(duration.Seconds > 0 ? $" {duration.Seconds} s" : "")}",
        _ => Seconds(Math.Round(duration.TotalSeconds, duration.TotalSeconds < 10 ? 1 : 0)),
    };

    /// <summary>The name in a target group's ARN; the whole text if it is none.</summary>
    public static string TargetGroupName(string? arn)
    {
        if (arn is null)
        {
            return "no target group";
        }

        string[] parts = arn.Split('/');
        return parts.Length >= 3 && parts[0].EndsWith("targetgroup", StringComparison.Ordinal) ? parts[1] : arn;
    }

    /// <summary>The file and the line of an example, short: whole names are in the JSON.</summary>
    public static string PlaceOf(ExampleError example, int width)
    {
        string place = $"{example.File[(example.File.LastIndexOfAny(['/', '\\']) + 1)..]}:{example.LineNumber}";
        // The end tells files of one folder apart: their times and addresses.
        return place.Length <= width ? place : "…" + place[(place.Length - width + 1)..];
    }

    /// <summary>`7.7 a day now, 0 with the fix; 120 in a million requests; steady`.</summary>
    public static string Cost(Finding finding, LogPeriod period)
    {
        FindingCost cost = finding.Cost;
        string perMillion = cost.PerMillion >= EveryPerMillion ? "every request" : $"{Rate(cost.PerMillion)} in a million requests";
        // From some minutes nobody can tell of a day.
        return period.Length < _shortestForADay
            ? $"{Plural.Of(finding.Count, "error")} in {Duration(period.Length)}; {perMillion}"
            : $"{Rate(cost.PerDay)} a day now{(cost.PerDayAfterFix is { } after ? $", {Rate(after)} with the fix" : "")}; {perMillion}{Trend(cost.Trend)}";
    }

    /// <summary>`5 s (they close between 4.99 s and 5.02 s; 95 % interval of the centre 4.995 s to 5.006 s)`.</summary>
    public static string Closes(KeepaliveEstimate keepalive) =>
        $"{Seconds(keepalive.EstimateSeconds)} (close times {Seconds(keepalive.Low)} to {Seconds(keepalive.High)};"
        + $" centre, 95 % sure: {Seconds(keepalive.ConfidenceLow)} to {Seconds(keepalive.ConfidenceHigh)})";

    public static string IdleTimeoutText(IdleTimeout timeout) => $"{Seconds(timeout.Seconds)} ({SourceOf(timeout)})";

    /// <summary>The errors that the balancer made, of this code or of any. Fixed responses have codes too, and are none.</summary>
    public static long BalancerErrors(LogCounts counts, int? status) => status is { } code
        ? Math.Min(counts.Statuses.Where(row => row.Elb == code && row.Target == 0).Sum(static row => row.Count), counts.BalancerErrors)
        : counts.BalancerErrors;

    public static string SourceOf(IdleTimeout timeout) => timeout.Source switch
    {
        IdleTimeout.OfDefault => "ALB's default; --idle-timeout if yours is another",
        IdleTimeout.OfFlag => "as given",
        IdleTimeout.OfLog => "as the log's 504s show; --idle-timeout if yours is another",
        _ => "as the load balancer has it",
    };

    private static string Trend(string trend) => trend switch
    {
        "unclear" => "; trend unclear",
        _ => $"; {trend}",
    };
}
