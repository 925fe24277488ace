using System.Globalization;
using System.Text.Json;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosing;

/// <summary>
/// The report for programs: one object, as docs/diagnose.schema.json has it. Its form is public: properties are added, never
/// renamed; the version goes up when one changes its meaning.
/// </summary>
internal static class JsonReport
{
    private const int Version = 1;

    public static void Write(DiagnosisReport report, Stream output)
    {
        using var json = new Utf8JsonWriter(output, JsonText.Indented);
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("verdict", ReportVerdict.Of(report).Sentence);
        json.WriteStartObject("period");
        WriteTime(json, "from", report.Period.From);
        WriteTime(json, "to", report.Period.To);
        json.WriteEndObject();
        WriteCounts(json, report.Counts);
        json.WriteStartObject("idle_timeout");
        json.WriteFinite("seconds", report.IdleTimeout.Seconds);
        json.WriteString("source", report.IdleTimeout.Source);
        json.WriteEndObject();
        json.WriteStartArray("findings");
        foreach (Finding finding in report.Findings)
        {
            WriteFinding(json, finding);
        }

        json.WriteEndArray();
        json.WriteStrings("notes", report.Notes);
        json.WriteEndObject();
    }

    /// <summary>`2020-10-20T05:44:56.555810Z`, as the log writes times.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static void WriteCounts(Utf8JsonWriter json, LogCounts counts)
    {
        json.WriteStartObject("counts");
        json.WriteNumber("files", counts.Files);
        json.WriteNumber("bytes", counts.Bytes);
        json.WriteNumber("lines", counts.Lines);
        json.WriteNumber("requests", counts.Requests);
        json.WriteNumber("balancer_errors", counts.BalancerErrors);
        json.WriteNumber("target_response", counts.TargetErrors);
        json.WriteNumber("outside_period", counts.OutsidePeriod);
        json.WriteNumber("connection_lines", counts.ConnectionLines);
        json.WriteNumber("health_check_lines", counts.HealthCheckLines);
        json.WriteNumber("other_balancer_lines", counts.OtherBalancerLines);
        json.WriteNumber("empty_lines", counts.EmptyLines);
        json.WriteNumber("late_lines", counts.LateLines);
        json.WriteNumber("unreadable_lines", counts.UnreadableLines);
        json.WriteStrings("unreadable_places", counts.UnreadablePlaces);
        json.WriteStrings("damaged_files", counts.DamagedFiles);
        json.WriteStartArray("statuses");
        foreach (StatusCount row in counts.Statuses)
        {
            json.WriteStartObject();
            WriteStatus(json, "elb_status_code", row.Elb);
            WriteStatus(json, "target_status_code", row.Target);
            json.WriteNumber("count", row.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFinding(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("cause", CauseWording.NameOf(finding.Cause));
        json.WriteNumber("count", finding.Count);
        json.WriteFinite("confidence", finding.Confidence);
        json.WriteString("first", Time(finding.First));
        json.WriteString("last", Time(finding.Last));
        json.WriteString("target_group", finding.TargetGroup);
        json.WriteString("headline", finding.Headline);
        json.WriteStrings("evidence", finding.Evidence);
        json.WriteStartArray("ruled_out");
        foreach (RuledOut row in finding.RuledOut)
        {
            json.WriteStartObject();
            json.WriteString("cause", CauseWording.NameOf(row.Cause));
            json.WriteString("reason", row.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("alternatives");
        foreach (Alternative row in finding.Alternatives)
        {
            json.WriteStartObject();
            json.WriteString("cause", CauseWording.NameOf(row.Cause));
            json.WriteFinite("confidence", row.Confidence);
            json.WriteString("decider", row.Decider);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteKeepalive(json, finding.Keepalive);
        WriteFixes(json, finding.Fixes);
        json.WriteStartObject("cost");
        json.WriteFinite("per_day", finding.Cost.PerDay);
        json.WriteFinite("per_million", finding.Cost.PerMillion);
        json.WriteFinite("per_day_after_fix", finding.Cost.PerDayAfterFix);
        json.WriteString("trend", finding.Cost.Trend);
        json.WriteEndObject();
        WriteTargets(json, finding.Targets);
        WriteExamples(json, finding.Examples);
        json.WriteEndObject();
    }

    private static void WriteKeepalive(Utf8JsonWriter json, KeepaliveEstimate? keepalive)
    {
        if (keepalive is null)
        {
            json.WriteNull("keepalive");
            return;
        }

        json.WriteStartObject("keepalive");
        json.WriteFinite("estimate_seconds", keepalive.EstimateSeconds);
        json.WriteFinite("low", keepalive.Low);
        json.WriteFinite("high", keepalive.High);
        json.WriteStartArray("ci");
        json.WriteNumberValue(Math.Round(keepalive.ConfidenceLow, 6));
        json.WriteNumberValue(Math.Round(keepalive.ConfidenceHigh, 6));
        json.WriteEndArray();
        json.WriteStrings("servers", keepalive.Servers);
        json.WriteEndObject();
    }

    private static void WriteFixes(Utf8JsonWriter json, IReadOnlyList<Fix> fixes)
    {
        json.WriteStartArray("fix");
        foreach (Fix fix in fixes)
        {
            json.WriteStartObject();
            json.WriteString("title", fix.Title);
            json.WriteString("server", fix.Server);
            json.WriteString("setting", fix.Setting);
            json.WriteString("where", fix.Where);
            json.WriteString("check", fix.Check);
            json.WriteString("trap", fix.Trap);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTargets(Utf8JsonWriter json, IReadOnlyList<TargetShare> targets)
    {
        json.WriteStartArray("targets");
        foreach (TargetShare share in targets)
        {
            json.WriteStartObject();
            json.WriteString("target", share.Target);
            json.WriteNumber("requests", share.Requests);
            json.WriteNumber("errors", share.Errors);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteExamples(Utf8JsonWriter json, IReadOnlyList<ExampleError> examples)
    {
        json.WriteStartArray("examples");
        foreach (ExampleError example in examples)
        {
            json.WriteStartObject();
            json.WriteString("time", Time(example.Time));
            json.WriteString("trace_id", example.TraceId);
            json.WriteNumber("elb_status_code", example.ElbStatusCode);
            json.WriteString("target", example.Target);
            json.WriteString("times", example.Times);
            json.WriteString("method", example.Method);
            json.WriteString("url", example.Url);
            json.WriteFinite("gap_seconds", example.GapSeconds);
            json.WriteString("target_log", example.TargetLog);
            json.WriteString("file", example.File);
            json.WriteNumber("line", example.LineNumber);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            json.WriteString(name, Time(known));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteStatus(Utf8JsonWriter json, string name, int status)
    {
        if (status == 0)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteNumber(name, status);
        }
    }
}
