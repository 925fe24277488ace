using System.Globalization;
using Weir.Configuration;
using Weir.Diagnosis.TargetLogs;

namespace Weir.Diagnosing;

/// <summary>Reads the options of `diagnose`, and finds everything that is wrong with them, not only the first.</summary>
internal sealed class DiagnosisFlagReader(DiagnosisFlags flags)
{
    // Source: ALB user guide, idle timeout
    private const int MinIdleTimeoutSeconds = 1;
    private const int MaxIdleTimeoutSeconds = 4000;

    private const string AllowedTimes = "ISO 8601, such as 2026-11-24, 2026-11-24T05:44 or 2026-11-24T05:44:56+01:00 (UTC without an offset)";

    private static readonly string[] _timeFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyyMMdd'T'HHmm", "yyyyMMdd'T'HHmmss",
    ];

    private readonly List<UsageError> _errors = [];

    /// <summary>The settings; null if there are errors.</summary>
    public DiagnosisSettings? Read(out IReadOnlyList<UsageError> errors)
    {
        CheckTogether();
        DateTimeOffset? from = ReadTime("--from", flags.From);
        DateTimeOffset? to = ReadTime("--to", flags.To);
        if (from >= to)
        {
            _errors.Add(new UsageError("--to", flags.To, $"this is not after --from {flags.From}"));
        }

        var settings = new DiagnosisSettings
        {
            Paths = flags.Paths,
            From = from,
            To = to,
            Clock = ReadZone("--tz", flags.Zone) is { } zone ? new ReportClock(zone) : ReportClock.Utc,
            IdleTimeoutSeconds = ReadIdleTimeout(),
            LoadBalancer = ReadText("--load-balancer", flags.LoadBalancer, "the name of a load balancer, or its ARN"),
            Server = ServerFlag.Read(flags.Server, _errors),
            TargetLogs = flags.TargetLogs,
            TargetLogFormat = ReadPattern(),
            TargetLogZone = ReadZone("--target-log-tz", flags.TargetLogZone),
            EndpointUrl = ReadEndpoint(),
            Region = ReadText("--region", flags.Region, "the name of a region, such as eu-west-1"),
            Profile = ReadText("--profile", flags.Profile, "the name of a profile"),
            HtmlFile = ReadFile("--html", flags.Html, "<!DOCTYPE html>"u8),
            EachFile = ReadFile("--each", flags.Each, "{\"time\":"u8),
            IsRedacted = flags.Redact,
            IsPageRedacted = !flags.NoRedact,
        };
        errors = _errors;
        return _errors.Count == 0 ? settings : null;
    }

    private void CheckTogether()
    {
        if (flags.Paths.Length == 0 && flags.LoadBalancer is null)
        {
            _errors.Add(new UsageError("PATH", null, "no log is named", "files, folders, patterns, s3://BUCKET/PREFIX, or - for standard input; in front of --target-log"));
        }

        if (flags is { Redact: true, NoRedact: true })
        {
            _errors.Add(new UsageError("--no-redact", null, "this does not go with --redact"));
        }

        if (flags is { IdleTimeout: not null, LoadBalancer: not null })
        {
            _errors.Add(new UsageError("--idle-timeout", flags.IdleTimeout, "this does not go with --load-balancer, which says it itself"));
        }

        // They are read twice.
        if (flags.TargetLogs.Contains("-"))
        {
            _errors.Add(new UsageError("--target-log", "-", "standard input can be the load balancer's log only", "files"));
        }

        foreach ((string option, string? value) in (ReadOnlySpan<(string, string?)>)
            [("--target-log-format", flags.TargetLogFormat), ("--target-log-tz", flags.TargetLogZone)])
        {
            if (value is not null && flags.TargetLogs.Length == 0)
            {
                _errors.Add(new UsageError(option, value, "this goes with --target-log only"));
            }
        }
    }

    private DateTimeOffset? ReadTime(string option, string? text)
    {
        if (text is null)
        {
            return null;
        }

        string[] formats = [.. _timeFormats, .. _timeFormats.Select(static format => format + "zzz"), .. _timeFormats.Select(static format => format + "'Z'")];
        if (DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
        {
            return time.ToUniversalTime();
        }

        _errors.Add(new UsageError(option, text, "this is not a time", AllowedTimes));
        return null;
    }

    private TimeZoneInfo? ReadZone(string option, string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (ZoneText.TryParse(text, out TimeZoneInfo zone))
        {
            return zone;
        }

        _errors.Add(new UsageError(option, text, "this is not a time zone of this machine", ZoneText.Allowed));
        return null;
    }

    private int? ReadIdleTimeout()
    {
        if (flags.IdleTimeout is not { } text)
        {
            return null;
        }

        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds);
        if (isNumber && seconds is >= MinIdleTimeoutSeconds and <= MaxIdleTimeoutSeconds)
        {
            return seconds;
        }

        _errors.Add(new UsageError(
            "--idle-timeout", text, isNumber ? "out of range" : "this is not a whole number",
            $"{MinIdleTimeoutSeconds}–{MaxIdleTimeoutSeconds} seconds"));
        return null;
    }

    private string? ReadPattern()
    {
        if (flags.TargetLogFormat is { } pattern && TargetLogReader.Problem(pattern) is { } problem)
        {
            _errors.Add(new UsageError("--target-log-format", pattern, problem, "the pattern of an access log as Apache httpd or nginx write it"));
        }

        return flags.TargetLogFormat;
    }

    private Uri? ReadEndpoint()
    {
        if (flags.EndpointUrl is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https")
        {
            return url;
        }

        _errors.Add(new UsageError("--endpoint-url", text, "this is not a URL", "http://HOST:PORT or https://HOST"));
        return null;
    }

    private string? ReadText(string option, string? text, string allowed)
    {
        if (text is { Length: 0 })
        {
            _errors.Add(new UsageError(option, text, "this is empty", allowed));
        }

        return text;
    }

    // What begins otherwise than what is written here is somebody's log, or worse.
    private string? ReadFile(string option, string? file, ReadOnlySpan<byte> begin)
    {
        if (file is null)
        {
            return null;
        }

        if (file.Length == 0 || file == "-" || Directory.Exists(file))
        {
            _errors.Add(new UsageError(option, file, "this is not the name of a file", "a file"));
        }
        else if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
        {
            _errors.Add(new UsageError(option, file, "there is no such folder"));
        }
        else if (File.Exists(file) && !Begins(file, begin))
        {
            _errors.Add(new UsageError(option, file, $"this file is there, and {option} has not written it", "a new file, or one that it wrote"));
        }

        return file;
    }

    // A file that cannot be read is left to whoever opens it, who says why.
    private static bool Begins(string file, ReadOnlySpan<byte> begin)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            byte[] bytes = new byte[begin.Length];
            int count = stream.CanSeek ? stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) : 0;
            return count == 0 || bytes.AsSpan(0, count).SequenceEqual(begin);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
