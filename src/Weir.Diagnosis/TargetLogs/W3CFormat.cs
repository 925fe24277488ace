namespace Weir.Diagnosis.TargetLogs;

/// <summary>The extended log format of IIS and of ASP.NET Core's W3C logger: the file names its fields.</summary>
/// <remarks>Source: W3C, extended log file format. Whether the time is the start (ASP.NET Core) or the end (IIS) it does not say.</remarks>
internal sealed class W3CFormat() : TargetLogFormat("W3C extended", TimeMeaning.Unknown)
{
    private const string Directive = "#Fields:";

    private string[] _fields = [];

    public override bool TryRead(ReadOnlySpan<char> line, EntryBuilder entry)
    {
        if (line.StartsWith(Directive, StringComparison.Ordinal))
        {
            _fields = line[Directive.Length..].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return false;
        }

        if (_fields.Length == 0 || line is ['#', ..])
        {
            return false;
        }

        ReadOnlySpan<char> date = default;
        var index = 0;
        foreach (var range in line.Split(' '))
        {
            var value = line[range];
            if (value.IsEmpty || index == _fields.Length)
            {
                continue;
            }

            switch (_fields[index++])
            {
                case "date":
                    date = value;
                    break;
                case "time":
                    // Source: W3C, extended log file format: times are GMT.
                    entry.SetTime($"{date}T{value}Z");
                    break;
                case "c-ip":
                    entry.SetClient(value);
                    break;
                case "cs(X-Forwarded-For)":
                    entry.SetForwardedFor(value);
                    break;
                case "cs-method":
                    entry.SetMethod(value);
                    break;
                case "cs-uri-stem" or "cs-uri":
                    entry.SetPath(value);
                    break;
                case "cs-uri-query":
                    entry.SetQuery(value);
                    break;
                case "sc-status":
                    entry.SetStatus(value);
                    break;
                case "time-taken":
                    entry.SetDuration(value, 1e3);
                    break;
                default:
                    break;
            }
        }

        return index == _fields.Length;
    }
}
