namespace Weir.AccessLogs.Reading;

/// <summary>Reads the numbers of a log line. Whatever the bytes are, it answers; it never throws.</summary>
internal static class LogNumbers
{
    /// <summary>More digits are no number of a log, and fewer cannot overflow.</summary>
    private const int LongestDigits = 18;

    /// <summary>Digits only, or <c>-</c> for 0.</summary>
    public static bool TryCount(ReadOnlySpan<byte> text, out long count)
    {
        count = 0;
        if (text is [(byte)'-'])
            return true;

        if (text.Length is 0 or > LongestDigits)
            return false;

        foreach (byte value in text)
        {
            uint digit = (uint)(value - '0');
            if (digit > 9)
                return false;

            count = (count * 10) + digit;
        }

        return true;
    }

    /// <summary>A status code, or <c>-</c> for 0.</summary>
    public static bool TryStatus(ReadOnlySpan<byte> text, out short status)
    {
        status = 0;
        if (text is [(byte)'-'])
            return true;

        if (text.Length != 3)
            return false;

        uint hundreds = (uint)(text[0] - '0'), tens = (uint)(text[1] - '0'), ones = (uint)(text[2] - '0');
        if (hundreds > 9 || tens > 9 || ones > 9)
            return false;

        status = (short)((hundreds * 100) + (tens * 10) + ones);
        return true;
    }

    /// <summary>Seconds such as <c>0.001</c>, in whole milliseconds; whatever begins with <c>-</c> is -1.</summary>
    public static bool TryMilliseconds(ReadOnlySpan<byte> text, out int milliseconds)
    {
        milliseconds = -1;
        if (text is [(byte)'-', ..])
            return true;

        // The usual form, d.ddd.
        if (text.Length == 5 && text[1] == (byte)'.')
        {
            uint seconds = (uint)(text[0] - '0'), tenths = (uint)(text[2] - '0');
            uint hundredths = (uint)(text[3] - '0'), thousandths = (uint)(text[4] - '0');
            milliseconds = (int)((seconds * 1000) + (tenths * 100) + (hundredths * 10) + thousandths);
            return seconds <= 9 && tenths <= 9 && hundredths <= 9 && thousandths <= 9;
        }

        if (!TryNanoseconds(text, out long nanoseconds))
            return false;

        milliseconds = (int)Math.Min(nanoseconds / 1_000_000, int.MaxValue);
        return true;
    }

    /// <summary>Seconds with any number of decimals; those after the ninth are dropped.</summary>
    public static bool TryNanoseconds(ReadOnlySpan<byte> text, out long nanoseconds)
    {
        nanoseconds = 0;
        int point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        // 9 digits of seconds are 31 years.
        if (whole.Length is 0 or > 9 || whole is [(byte)'-'] || !TryCount(whole, out long seconds))
            return false;

        long fraction = 0;
        var decimals = point < 0 ? [] : text[(point + 1)..];
        for (int i = 0; i < Math.Max(decimals.Length, 9); i++)
        {
            int digit = i < decimals.Length ? decimals[i] - '0' : 0;
            if (digit is < 0 or > 9)
                return false;

            fraction = i < 9 ? (fraction * 10) + digit : fraction;
        }

        nanoseconds = (seconds * 1_000_000_000) + fraction;
        return true;
    }
}
