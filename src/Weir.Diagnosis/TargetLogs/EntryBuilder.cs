using System.Globalization;

namespace Weir.Diagnosis.TargetLogs;

/// <summary>A line's entry while its fields are being found. One for a reader, used line after line; the first value of a field wins.</summary>
internal sealed class EntryBuilder(TimeZoneInfo zone)
{
    private string? _method, _path, _query, _client, _forwardedFor, _traceId;
    private int? _status;
    private long? _time, _duration;

    /// <summary>Of the times read so far: the last digit's worth, and whether they had a zone.</summary>
    public long ResolutionMicroseconds { get; private set; } = long.MaxValue;

    public bool HasZone { get; private set; } = true;

    public bool HasTime => _time is not null;

    public void Begin(ReadOnlySpan<char> line)
    {
        _method = _path = _query = _client = _forwardedFor = null;
        _status = null;
        _time = _duration = null;
        _traceId = TraceRoot.Find(line);
    }

    public TargetLogEntry End() => new()
    {
        TimeMicroseconds = _time,
        DurationMicroseconds = _duration,
        Method = _method,
        Path = _query is null || _path is null || _path.Contains('?', StringComparison.Ordinal) ? _path : $"{_path}?{_query}",
        Status = _status,
        Client = _forwardedFor ?? _client,
        TraceId = _traceId,
    };

    public bool Set(LogPatternField field, ReadOnlySpan<char> value) => field switch
    {
        LogPatternField.Client => SetClient(value),
        LogPatternField.Time => SetTime(value),
        LogPatternField.RequestLine => SetRequestLine(value),
        LogPatternField.Method => SetMethod(value),
        LogPatternField.Path => SetPath(value),
        LogPatternField.Query => SetQuery(value),
        LogPatternField.Status => SetStatus(value),
        LogPatternField.DurationSeconds => SetDuration(value, 1e6),
        LogPatternField.DurationFraction => value.Contains('.') && SetDuration(value, 1e6),
        LogPatternField.DurationMilliseconds => SetDuration(value, 1e3),
        LogPatternField.DurationMicroseconds => SetDuration(value, 1),
        _ => true,
    };

    public bool SetClient(ReadOnlySpan<char> value)
    {
        _client ??= AddressOf(value);
        return true;
    }

    /// <summary>X-Forwarded-For: its last address is the one that ALB added, and beats the connection's.</summary>
    public bool SetForwardedFor(ReadOnlySpan<char> value)
    {
        var comma = value.LastIndexOf(',');
        _forwardedFor ??= AddressOf(value[(comma + 1)..]);
        return true;
    }

    public bool SetTime(ReadOnlySpan<char> value)
    {
        if (LogTime.Parse(value, zone) is not { } time)
        {
            return false;
        }

        _time ??= time.Microseconds;
        ResolutionMicroseconds = Math.Min(ResolutionMicroseconds, time.ResolutionMicroseconds);
        HasZone &= time.HasZone;
        return true;
    }

    // method SP request-target SP HTTP-version; raw spaces within the target happen.
    public bool SetRequestLine(ReadOnlySpan<char> value)
    {
        var first = value.IndexOf(' ');
        if (first <= 0)
        {
            // "-": the request could not be read.
            return value is "-" or "";
        }

        var rest = value[(first + 1)..];
        var last = rest.LastIndexOf(" HTTP/", StringComparison.Ordinal);
        return SetMethod(value[..first]) && SetPath(last < 0 ? rest : rest[..last]);
    }

    public bool SetMethod(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || value.Length > 32 || value.ContainsAnyExceptInRange('-', 'z'))
        {
            return false;
        }

        _method ??= value.ToString().ToUpperInvariant();
        return true;
    }

    public bool SetPath(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty)
        {
            return false;
        }

        _path ??= RequestPath.Of(value).ToString();
        return true;
    }

    public bool SetQuery(ReadOnlySpan<char> value)
    {
        value = value.TrimStart('?');
        if (!value.IsEmpty && value is not "-")
        {
            _query ??= value.ToString();
        }

        return true;
    }

    public bool SetStatus(ReadOnlySpan<char> value)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var status) || status is < 100 or > 999)
        {
            return value is "-" or "0" or "000";
        }

        _status ??= status;
        return true;
    }

    public bool SetDuration(ReadOnlySpan<char> value, double microseconds)
    {
        if (value is "-")
        {
            return true;
        }

        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var duration) || duration is < 0 or > 1e12)
        {
            return false;
        }

        _duration ??= (long)(duration * microseconds);
        return true;
    }

    private static string? AddressOf(ReadOnlySpan<char> value)
    {
        value = value.Trim();
        if (value.IsEmpty || value is "-")
        {
            return null;
        }

        if (value[0] == '[' && value.IndexOf(']') is > 0 and var bracket)
        {
            return value[1..bracket].ToString();
        }

        // One colon: a port behind an IPv4 address or a name. More: IPv6, which is without a port unless it has brackets.
        var colon = value.IndexOf(':');
        return (colon > 0 && colon == value.LastIndexOf(':') ? value[..colon] : value).ToString();
    }
}
