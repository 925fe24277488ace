namespace Weir.Http;

/// <summary>Writes dates as HTTP has them, from a time that the caller brings: there is no clock here.</summary>
public static class HttpDate
{
    /// <summary>Bytes of <c>Sun, 06 Nov 1994 08:49:37 GMT</c>.</summary>
    public const int Length = 29;

    // 9999-12-31T23:59:59Z: the year has four digits.
    private const long LastUnixSeconds = 253_402_300_799;

    private const int SecondsPerDay = 86_400;

    /// <summary>
    /// Writes IMF-fixdate (RFC 9110 §5.6.7) into the first <see cref="Length"/> bytes. Times before 1970 and after 9999
    /// count as the nearest one in between.
    /// </summary>
    public static void Write(long unixSeconds, Span<byte> destination)
    {
        unixSeconds = Math.Clamp(unixSeconds, 0, LastUnixSeconds);
        int days = (int)(unixSeconds / SecondsPerDay);
        int second = (int)(unixSeconds % SecondsPerDay);
        CivilFromDays(days, out int year, out int month, out int day);

        // 1 January 1970 was a Thursday.
        "ThuFriSatSunMonTueWed"u8.Slice(days % 7 * 3, 3).CopyTo(destination);
        ", "u8.CopyTo(destination[3..]);
        WriteTwoDigits(day, destination[5..]);
        destination[7] = (byte)' ';
        "JanFebMarAprMayJunJulAugSepOctNovDec"u8.Slice((month - 1) * 3, 3).CopyTo(destination[8..]);
        destination[11] = (byte)' ';
        WriteTwoDigits(year / 100, destination[12..]);
        WriteTwoDigits(year % 100, destination[14..]);
        destination[16] = (byte)' ';
        WriteTwoDigits(second / 3600, destination[17..]);
        destination[19] = (byte)':';
        WriteTwoDigits(second / 60 % 60, destination[20..]);
        destination[22] = (byte)':';
        WriteTwoDigits(second % 60, destination[23..]);
        " GMT"u8.CopyTo(destination[25..Length]);
    }

    // The year begins in March here, so that the leap day is its last one, and 400 years repeat (146 097 days).
    private static void CivilFromDays(int daysSince1970, out int year, out int month, out int day)
    {
        const int DaysFromYear0ToEpoch = 719_468;
        const int DaysPerEra = 146_097;
        int days = daysSince1970 + DaysFromYear0ToEpoch;
        int era = days / DaysPerEra;
        int dayOfEra = days % DaysPerEra;
        int yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / (DaysPerEra - 1))) / 365;
        int dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        int marchMonth = ((5 * dayOfYear) + 2) / 153;
        day = dayOfYear - (((153 * marchMonth) + 2) / 5) + 1;
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        year = yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);
    }

    private static void WriteTwoDigits(int value, Span<byte> destination)
    {
        destination[0] = (byte)('0' + (value / 10));
        destination[1] = (byte)('0' + (value % 10));
    }
}
