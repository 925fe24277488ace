using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Output;

/// <summary>Writes a log as ALB delivers it: a file for each node and five minutes; and beside it what is true of it.</summary>
public sealed class LogFolder(GeneratedLog log, LogLayout layout, bool gzip)
{
    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(5);

    // How far lines stand from their order in time, on the average. Source: ALB user guide: best effort.
    private const double DisorderSeconds = 0.05;

    // Source: ALB user guide, access logs: several files for the same period are possible.
    private const double SecondFileShare = 0.03;

    private readonly SeededRandom _random = new((ulong)log.Seed ^ 0xF01DE5);

    private UniverseSettings Settings => log.Universe.Settings;

    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var files = log.Rows.GroupBy(row => (row.Node.Index, End: EndOf(row)));
        foreach (var file in files)
        {
            LogRow[] rows = [.. file.OrderBy(row => row.TimeTicks + Ticks.Of(_random.Exponential(DisorderSeconds)))];
            int split = _random.Chance(SecondFileShare) ? _random.Below(rows.Length) : 0;
            if (split > 0) WriteFile(folder, file.First().Node, file.Key.End, rows.AsSpan(0, split));
            WriteFile(folder, file.First().Node, file.Key.End, rows.AsSpan(split));
        }

        WriteTruth(Path.Combine(folder, "truth.jsonl"));
        WriteParameters(Path.Combine(folder, "parameters.json"));
    }

    /// <summary>Beside the access log: a file for each target, as the target wrote it.</summary>
    public void WriteTargetLogs(string folder, TargetLogFormat format, double offsetSeconds)
    {
        string path = Path.Combine(folder, "targets");
        Directory.CreateDirectory(path);
        foreach ((string target, IEnumerable<string> lines) in log.TargetLogs(format, offsetSeconds)) File.WriteAllLines(Path.Combine(path, target + ".log"), lines);
    }

    private DateTime EndOf(LogRow row)
    {
        DateTime time = AccessLine.TimeOf(Settings, row);
        return new DateTime(time.Ticks - (time.Ticks % _interval.Ticks) + _interval.Ticks, DateTimeKind.Utc);
    }

    private void WriteFile(string folder, BalancerNode node, DateTime end, ReadOnlySpan<LogRow> rows)
    {
        var lines = new LineWriter();
        foreach (LogRow row in rows) log.WriteLine(lines, row, layout);
        string date = end.ToString("yyyy/MM/dd", CultureInfo.InvariantCulture);
        string path = Path.Combine(folder, "AWSLogs", Settings.Account, "elasticloadbalancing", Settings.Region, date);
        Directory.CreateDirectory(path);
        using Stream file = File.Create(Path.Combine(path, NameOf(node, end)));
        using Stream to = gzip ? new GZipStream(file, CompressionLevel.Fastest) : file;
        to.Write(lines.Written);
    }

    private string NameOf(BalancerNode node, DateTime end)
    {
        const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789";
        string suffix = string.Concat(Enumerable.Range(0, 8).Select(_ => Letters[_random.Below(Letters.Length)]));
        string time = end.ToString("yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture);
        return $"{Settings.Account}_elasticloadbalancing_{Settings.Region}_app.{Settings.Name}.{Settings.Id}_{time}_{node.Address}_{suffix}.log{(gzip ? ".gz" : "")}";
    }

    private void WriteTruth(string path)
    {
        using FileStream file = File.Create(path);
        foreach (TruthRow row in log.Truth)
        {
            using (var json = new Utf8JsonWriter(file))
            {
                json.WriteStartObject();
                json.WriteString("trace_id", row.TraceId);
                json.WriteString("time", row.Time);
                json.WriteNumber("elb_status_code", row.ElbStatusCode);
                json.WriteString("cause", row.Cause);
                json.WriteString("scenario", row.Scenario);
                json.WriteNumber("seed", log.Seed);
                WriteParametersOf(json, row.Cause);
                json.WriteEndObject();
            }

            file.WriteByte((byte)'\n');
        }
    }

    // Of the mechanism itself; all others are in parameters.json.
    private void WriteParametersOf(Utf8JsonWriter json, string cause)
    {
        json.WriteStartObject("parameters");
        foreach ((string name, string value) in log.Parameters)
        {
            if (name.StartsWith(cause + ".", StringComparison.Ordinal) || name.Contains("." + cause + ".", StringComparison.Ordinal)) json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private void WriteParameters(string path)
    {
        using FileStream file = File.Create(path);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("scenario", log.Scenario);
        json.WriteNumber("seed", log.Seed);
        json.WriteNumber("idle_timeout_seconds", log.IdleTimeoutSeconds);
        foreach ((string name, string value) in log.Parameters) json.WriteString(name, value);
        json.WriteEndObject();
    }
}
