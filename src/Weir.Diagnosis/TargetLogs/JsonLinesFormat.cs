using System.Text.Json;

namespace Weir.Diagnosis.TargetLogs;

/// <summary>One JSON object a line, with the usual keys, at the top or nested.</summary>
internal sealed class JsonLinesFormat() : TargetLogFormat("JSON lines", TimeMeaning.End)
{
    // pino nests its headers at 3; more is no access log.
    private const int MaxDepth = 4;

    // What uvicorn hands to Python's formatters of JSON: one text, with the request in it.
    private static readonly LogPattern _message = LogPatternSyntax.Parse("$remote_addr - \"$request\" $status", "message", false).Pattern;

    public override bool TryRead(ReadOnlySpan<char> line, EntryBuilder entry)
    {
        line = line.Trim();
        if (line is not ['{', .., '}'])
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(line.ToString());
            Walk(document.RootElement, entry, 0);
            if (entry.End().Path is null && document.RootElement.TryGetProperty("message", out JsonElement message)
                && message.ValueKind == JsonValueKind.String)
            {
                _message.TryRead(message.GetString(), entry);
            }
        }
        catch (JsonException)
        {
            // JsonDocument has no way to say so without throwing; the caller counts the line.
            return false;
        }

        return entry.End() is { Path: not null, Status: not null };
    }

    private static void Walk(JsonElement element, EntryBuilder entry, int depth)
    {
        // Caddy and Traefik count durations otherwise than the rest. Source: their manuals, access logs.
        var durationUnit = element.TryGetProperty("DownstreamStatus", out _) ? 1e-3
            : element.TryGetProperty("logger", out var logger) && logger.ValueKind == JsonValueKind.String
                && logger.GetString()!.StartsWith("http.log.access", StringComparison.Ordinal) ? 1e6
            : 1e3;
        foreach (var property in element.EnumerateObject())
        {
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Number when property.Name is "duration" or "Duration":
                    entry.SetDuration(property.Value.GetRawText(), durationUnit);
                    break;
                case JsonValueKind.Number:
                    NamedFields.Set(entry, property.Name, property.Value.GetRawText());
                    break;
                case JsonValueKind.String:
                    NamedFields.Set(entry, property.Name, property.Value.GetString());
                    break;
                case JsonValueKind.Object when depth < MaxDepth:
                    Walk(property.Value, entry, depth + 1);
                    break;
                default:
                    break;
            }
        }
    }
}
