namespace Weir.Diagnosis.TargetLogs;

/// <summary>What a user said about the targets' logs.</summary>
public sealed record TargetLogOptions
{
    /// <summary>The lines' form in the syntax of Apache httpd, nginx or gunicorn; null: recognize it.</summary>
    public string? Pattern { get; init; }

    /// <summary>Of times that do not say their zone.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The zone with this name or offset: <c>UTC</c>, <c>+02:00</c>, <c>Europe/Berlin</c>. Null: there is none.</summary>
    public static TimeZoneInfo? FindZone(string text)
    {
        if (text is ['+' or '-', ..] && TimeSpan.TryParseExact(text[1..], ["hh\\:mm", "hhmm", "hh"], null, out var offset)
            && offset <= TimeSpan.FromHours(14))
        {
            return TimeZoneInfo.CreateCustomTimeZone(text, text[0] == '-' ? -offset : offset, text, text);
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) ? zone : null;
    }
}
