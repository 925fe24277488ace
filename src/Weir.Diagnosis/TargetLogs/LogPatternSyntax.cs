namespace Weir.Diagnosis.TargetLogs;

/// <summary>The ways in which servers' configurations write a log's form: Apache httpd's, nginx's and gunicorn's.</summary>
internal static class LogPatternSyntax
{
    /// <summary>The form of a pattern in whichever of the syntaxes it is written.</summary>
    public static PatternFormat Parse(string pattern, string name, bool mayTrail)
    {
        if (pattern.Contains("%(", StringComparison.Ordinal))
        {
            // gunicorn writes a line when the answer is done.
            return new PatternFormat(name, TimeMeaning.End, Gunicorn(pattern, mayTrail));
        }

        if (pattern.Contains('$', StringComparison.Ordinal))
        {
            // Source: nginx.org, log module: the time of the log write.
            return new PatternFormat(name, TimeMeaning.End, Nginx(pattern, mayTrail));
        }

        // Source: httpd manual, mod_log_config: %t is when the request was received, unless it says end:.
        var timeIs = pattern.Contains("%{end:", StringComparison.Ordinal) ? TimeMeaning.End : TimeMeaning.Start;
        return new PatternFormat(name, timeIs, Apache(pattern, mayTrail));
    }

    private static LogPattern Apache(string pattern, bool mayTrail)
    {
        var builder = new LogPattern.Builder();
        for (var at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] == '\\' && at + 1 < pattern.Length && pattern[at + 1] == '"')
            {
                continue;
            }

            if (pattern[at] != '%' || at + 1 == pattern.Length)
            {
                builder.Text(pattern[at]);
                continue;
            }

            at++;
            if (pattern[at] == '%')
            {
                builder.Text('%');
                continue;
            }

            // %>s, %<s, %!200,304{Referer}i: what stands before the letter does not matter here but for the braces.
            while (at < pattern.Length - 1 && (pattern[at] is '>' or '<' or '!' or ',' || char.IsAsciiDigit(pattern[at])))
            {
                at++;
            }

            var argument = "";
            if (pattern[at] == '{' && pattern.IndexOf('}', at) is var end and > 0 && end + 1 < pattern.Length)
            {
                argument = pattern[(at + 1)..end];
                at = end + 1;
            }

            // ^ti and ^to are the only directives of more than one letter.
            at += pattern[at] == '^' ? Math.Min(2, pattern.Length - 1 - at) : 0;
            AddApache(builder, pattern[at], argument);
        }

        return builder.Build(mayTrail);
    }

    private static void AddApache(LogPattern.Builder builder, char directive, string argument)
    {
        switch (directive)
        {
            case 't' when argument.Length == 0:
                builder.Text('[');
                builder.Field(LogPatternField.Time);
                builder.Text(']');
                break;
            case 't':
                builder.Field(argument.EndsWith("_frac", StringComparison.Ordinal) ? LogPatternField.Ignored : LogPatternField.Time);
                break;
            case 'i' when argument.Equals("X-Forwarded-For", StringComparison.OrdinalIgnoreCase):
                builder.Field(LogPatternField.Client, isForwardedFor: true);
                break;
            default:
                builder.Field((directive, argument) switch
                {
                    ('h' or 'a', _) => LogPatternField.Client,
                    ('r', _) => LogPatternField.RequestLine,
                    ('m', _) => LogPatternField.Method,
                    ('U', _) => LogPatternField.Path,
                    ('q', _) => LogPatternField.Query,
                    ('s', _) => LogPatternField.Status,
                    ('D', _) or ('T', "us") => LogPatternField.DurationMicroseconds,
                    ('T', "ms") => LogPatternField.DurationMilliseconds,
                    ('T', _) => LogPatternField.DurationSeconds,
                    _ => LogPatternField.Ignored,
                });
                break;
        }
    }

    // Source: gunicorn settings, access_log_format.
    private static LogPattern Gunicorn(string pattern, bool mayTrail)
    {
        var builder = new LogPattern.Builder();
        for (var at = 0; at < pattern.Length; at++)
        {
            if (!pattern.AsSpan(at).StartsWith("%(", StringComparison.Ordinal) || pattern.IndexOf(")s", at, StringComparison.Ordinal) is not (> 0 and var end))
            {
                builder.Text(pattern[at]);
                continue;
            }

            var key = pattern[(at + 2)..end];
            at = end + 1;
            switch (key)
            {
                case "t":
                    AddApache(builder, 't', "");
                    break;
                case "L":
                    builder.Field(LogPatternField.DurationSeconds);
                    break;
                case "M":
                    builder.Field(LogPatternField.DurationMilliseconds);
                    break;
                case ['{', .. var header, '}', 'i']:
                    AddApache(builder, 'i', header);
                    break;
                case [var letter] when letter is not ('f' or 'a' or 'b' or 'B' or 'l' or 'u' or 'p'):
                    AddApache(builder, letter, "");
                    break;
                default:
                    builder.Field(LogPatternField.Ignored);
                    break;
            }
        }

        return builder.Build(mayTrail);
    }

    private static LogPattern Nginx(string pattern, bool mayTrail)
    {
        var builder = new LogPattern.Builder();
        for (var at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] != '$' || at + 1 == pattern.Length)
            {
                builder.Text(pattern[at]);
                continue;
            }

            var isBraced = pattern[at + 1] == '{';
            var begin = at + (isBraced ? 2 : 1);
            var end = begin;
            while (end < pattern.Length && (char.IsAsciiLetterOrDigit(pattern[end]) || pattern[end] == '_'))
            {
                end++;
            }

            AddNginx(builder, pattern[begin..end]);
            at = isBraced ? end : end - 1;
        }

        return builder.Build(mayTrail);
    }

    private static void AddNginx(LogPattern.Builder builder, string variable) => builder.Field(
        variable switch
        {
            "remote_addr" or "realip_remote_addr" or "http_x_real_ip" or "http_x_forwarded_for" => LogPatternField.Client,
            "time_local" or "time_iso8601" or "msec" => LogPatternField.Time,
            "request" => LogPatternField.RequestLine,
            "request_method" => LogPatternField.Method,
            "request_uri" or "uri" or "document_uri" => LogPatternField.Path,
            "args" or "query_string" => LogPatternField.Query,
            "status" => LogPatternField.Status,
            "request_time" => LogPatternField.DurationSeconds,
            "request_time_fraction" => LogPatternField.DurationFraction,
            "request_time_ms" => LogPatternField.DurationMilliseconds,
            _ => LogPatternField.Ignored,
        },
        isForwardedFor: variable == "http_x_forwarded_for");
}
