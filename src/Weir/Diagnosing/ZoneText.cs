using System.Globalization;

namespace Weir.Diagnosing;

/// <summary>A time zone as it is given on a command line: a name, an offset, `local` or `UTC`.</summary>
internal static class ZoneText
{
    // Without ICU, Windows knows its own names only.
    public static string Allowed { get; } =
        $"a name such as {(OperatingSystem.IsWindows() ? "W. Europe Standard Time" : "Europe/Berlin")}, an offset such as +02:00, local, or UTC";

    // Source: ISO 8601; no zone is further from UTC than 14 hours.
    private const int MaxOffsetHours = 14;

    public static bool TryParse(string text, out TimeZoneInfo zone)
    {
        zone = TimeZoneInfo.Utc;
        if (text.Equals("utc", StringComparison.OrdinalIgnoreCase) || text == "Z")
        {
            return true;
        }

        if (text.Equals("local", StringComparison.OrdinalIgnoreCase))
        {
            zone = TimeZoneInfo.Local;
            return true;
        }

        if (text.Length > 0 && text[0] is '+' or '-')
        {
            bool isOffset = TimeSpan.TryParseExact(text[1..], [@"hh\:mm", "hhmm", "hh"], CultureInfo.InvariantCulture, out TimeSpan offset)
                && offset.TotalHours <= MaxOffsetHours;
            zone = isOffset ? TimeZoneInfo.CreateCustomTimeZone(text, text[0] == '-' ? -offset : offset, null, null) : zone;
            return isOffset;
        }

        return text.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(text, out zone!) || Reset(out zone);
    }

    private static bool Reset(out TimeZoneInfo zone)
    {
        zone = TimeZoneInfo.Utc;
        return false;
    }
}
