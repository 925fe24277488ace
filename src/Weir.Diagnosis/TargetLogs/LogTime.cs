using System.Buffers;
using System.Globalization;

namespace Weir.Diagnosis.TargetLogs;

/// <summary>A time as targets' logs write it, in any of the usual forms.</summary>
/// <param name="Microseconds">Since 1970, UTC.</param>
/// <param name="ResolutionMicroseconds">The last digit's worth.</param>
/// <param name="HasZone">Whether the text says its offset from UTC; else the caller's zone was taken.</param>
internal readonly record struct LogTime(long Microseconds, long ResolutionMicroseconds, bool HasZone)
{
    private const long Second = 1_000_000;

    private static readonly SearchValues<char> _digits = SearchValues.Create("0123456789");
    private static readonly SearchValues<char> _digitsAndPoint = SearchValues.Create("0123456789.");

    private static readonly string[] _months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// <summary>The time in a text that holds nothing else; null: it is none.</summary>
    public static LogTime? Parse(ReadOnlySpan<char> text, TimeZoneInfo zone)
    {
        text = text.Trim().Trim("[]\"");
        if (text.IsEmpty)
        {
            return null;
        }

        return text.IndexOfAnyExcept(_digitsAndPoint) < 0 ? ParseEpoch(text)
            : text.Length >= 20 && text[2] == '/' ? ParseCommonLog(text, zone)
            : text.Length >= 19 && text[4] == '-' && text[7] == '-' ? ParseIso(text, zone)
            : ParseHttpDate(text);
    }

    // Seconds, milliseconds, microseconds or nanoseconds: told apart by their size, which is right from 1973 to 5138.
    private static LogTime? ParseEpoch(ReadOnlySpan<char> text)
    {
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return null;
        }

        var (factor, unit) = value switch
        {
            < 1e8 => (0.0, 0L),
            < 1e11 => (1e6, Second),
            < 1e14 => (1e3, Second / 1000),
            < 1e17 => (1.0, 1L),
            < 1e20 => (1e-3, 1L),
            _ => (0.0, 0L),
        };
        if (unit == 0)
        {
            return null;
        }

        var point = text.IndexOf('.');
        return new LogTime((long)Math.Round(value * factor), Fraction(unit, point < 0 ? 0 : text.Length - point - 1), true);
    }

    // 10/Oct/2000:13:55:36 -0700, and .123 after the seconds.
    private static LogTime? ParseCommonLog(ReadOnlySpan<char> text, TimeZoneInfo zone)
    {
        var month = MonthOf(text.Slice(3, 3));
        return month < 0 || !Number(text[..2], out var day) || !Number(text.Slice(7, 4), out var year)
            ? null
            : ParseClock(text[12..], year, month, day, zone);
    }

    // 2000-10-10T13:55:36.123+02:00; a space instead of the T; a comma instead of the point.
    private static LogTime? ParseIso(ReadOnlySpan<char> text, TimeZoneInfo zone) =>
        Number(text[..4], out var year) && Number(text.Slice(5, 2), out var month) && Number(text.Slice(8, 2), out var day)
            ? ParseClock(text[11..], year, month, day, zone)
            : null;

    private static LogTime? ParseHttpDate(ReadOnlySpan<char> text) =>
        DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new LogTime(MicrosecondsOf(time.UtcDateTime), Second, true)
            : null;

    private static LogTime? ParseClock(ReadOnlySpan<char> text, int year, int month, int day, TimeZoneInfo zone)
    {
        if (text.Length < 8 || !Number(text[..2], out var hour) || !Number(text.Slice(3, 2), out var minute) || !Number(text.Slice(6, 2), out var second)
            || month is < 1 or > 12 || year is < 1 or > 9998 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 60)
        {
            return null;
        }

        text = text[8..];
        var digits = 0;
        long fraction = 0;
        if (text is ['.' or ',', ..])
        {
            digits = text[1..].IndexOfAnyExcept(_digits) is var end and >= 0 ? end : text.Length - 1;
            fraction = FractionMicroseconds(text.Slice(1, digits));
            text = text[(1 + digits)..];
        }

        // Second 60 is a leap second: the last of its minute, as far as anyone here can tell.
        var local = new DateTime(year, month, day, hour, minute, Math.Min(second, 59), DateTimeKind.Unspecified);
        var hasZone = Offset(text.Trim(), out var offset);
        var utc = MicrosecondsOf(local) + fraction - (long)(hasZone ? offset : zone.GetUtcOffset(local)).TotalMicroseconds;
        return new LogTime(utc, Fraction(Second, digits), hasZone);
    }

    private static bool Offset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text is "Z" or "z" or "UTC" or "GMT")
        {
            return true;
        }

        if (text.Length < 5 || text[0] is not ('+' or '-') || !Number(text.Slice(1, 2), out var hours))
        {
            return false;
        }

        if (!Number(text.Slice(text[3] == ':' && text.Length >= 6 ? 4 : 3, 2), out var minutes))
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static int MonthOf(ReadOnlySpan<char> name)
    {
        for (var index = 0; index < _months.Length; index++)
        {
            if (name.Equals(_months[index], StringComparison.OrdinalIgnoreCase))
            {
                return index + 1;
            }
        }

        return -1;
    }

    private static long FractionMicroseconds(ReadOnlySpan<char> digits)
    {
        long value = 0;
        for (var index = 0; index < 6; index++)
        {
            value = (value * 10) + (index < digits.Length ? digits[index] - '0' : 0);
        }

        return value;
    }

    private static long Fraction(long unit, int digits)
    {
        for (; digits > 0 && unit > 1; digits--)
        {
            unit /= 10;
        }

        return Math.Max(unit, 1);
    }

    private static bool Number(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static long MicrosecondsOf(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
