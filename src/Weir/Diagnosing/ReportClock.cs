using System.Globalization;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosing;

/// <summary>Times in the zone that the reader asked for; UTC unless told otherwise, as the log has it.</summary>
internal sealed class ReportClock(TimeZoneInfo zone)
{
    public static ReportClock Utc { get; } = new(TimeZoneInfo.Utc);

    /// <summary>`2026-11-24 05:44:56.555 UTC`, or with an offset: a zone's name alone is ambiguous one night a year.</summary>
    public string Stamp(DateTimeOffset time) => Format(time, "yyyy-MM-dd HH:mm:ss.fff");

    /// <summary>To the second, for a period.</summary>
    public string Moment(DateTimeOffset time) => Format(time, "yyyy-MM-dd HH:mm:ss");

    /// <summary>For an axis: as short as the span allows.</summary>
    public string Tick(DateTimeOffset time, TimeSpan span) => TimeZoneInfo.ConvertTime(time, zone).ToString(
        span.TotalDays > 4 ? "d MMM" : span.TotalHours > 20 ? "d MMM HH:mm" : span.TotalMinutes > 10 ? "HH:mm" : "HH:mm:ss",
        CultureInfo.InvariantCulture);

    /// <summary>What the ticks of an axis are.</summary>
    public string AxisTitle => zone.Equals(TimeZoneInfo.Utc) ? "time (UTC)" : $"time ({zone.Id})";

    public string Period(LogPeriod period) => period is { From: { } from, To: { } to }
        ? $"{Moment(from)} to {Moment(to)} ({ReportWording.Duration(period.Length)})"
        : "none";

    /// <summary>`A to B`, or one moment; a period that has a beginning.</summary>
    public string Range(LogPeriod period) => period.Length == TimeSpan.Zero
        ? Moment(period.From!.Value)
        : $"{Moment(period.From!.Value)} to {Moment(period.To!.Value)}";

    /// <summary>When the errors of a finding came: to the second, and how long that is.</summary>
    public string When(Finding finding) => finding.Count == 1 ? Moment(finding.First) : Period(new LogPeriod(finding.First, finding.Last));

    private string Format(DateTimeOffset time, string format)
    {
        DateTimeOffset shown = TimeZoneInfo.ConvertTime(time, zone);
        string text = shown.ToString(format, CultureInfo.InvariantCulture);
        return zone.Equals(TimeZoneInfo.Utc) ? $"{text} UTC" : text + shown.ToString(" zzz", CultureInfo.InvariantCulture);
    }
}
