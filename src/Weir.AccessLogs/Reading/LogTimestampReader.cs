using System.Runtime.Intrinsics;

namespace Weir.AccessLogs.Reading;

/// <summary>
/// Reads the timestamps of a log and remembers the minute it read last, because the next line nearly always falls into the
/// same one. Owned by one parser, used on one thread at a time.
/// </summary>
internal sealed class LogTimestampReader
{
    /// <summary>Length of <c>yyyy-MM-ddTHH:mm:ss.ffffffZ</c>, the usual form.</summary>
    private const int UsualBytes = 27;

    private const int MinuteBytes = 16;
    private const long MicrosecondsPerSecond = 1_000_000;

    // Nothing equals it: it has no digits.
    private Vector128<byte> _minute;
    private long _minuteMicroseconds;

    /// <summary>
    /// <c>yyyy-MM-ddTHH:mm:ss[.f…][Z]</c>, UTC, in microseconds since 1970; digits after the sixth are dropped.
    /// </summary>
    public bool TryRead(ReadOnlySpan<byte> text, out long unixMicroseconds)
    {
        if (text.Length != UsualBytes || Vector128.Create(text) != _minute)
            return TryReadUnusual(text, out unixMicroseconds);

        uint wrong = 0;
        uint seconds = (Digit(text[17], ref wrong) * 10) + Digit(text[18], ref wrong);
        uint fraction = Digit(text[20], ref wrong);
        fraction = (fraction * 10) + Digit(text[21], ref wrong);
        fraction = (fraction * 10) + Digit(text[22], ref wrong);
        fraction = (fraction * 10) + Digit(text[23], ref wrong);
        fraction = (fraction * 10) + Digit(text[24], ref wrong);
        fraction = (fraction * 10) + Digit(text[25], ref wrong);
        unixMicroseconds = _minuteMicroseconds + (seconds * MicrosecondsPerSecond) + fraction;
        return wrong == 0 && text[16] == (byte)':' && text[19] == (byte)'.' && text[26] == (byte)'Z' && seconds < 61;
    }

    private bool TryReadUnusual(ReadOnlySpan<byte> text, out long unixMicroseconds)
    {
        unixMicroseconds = 0;
        if (text.Length < MinuteBytes + 3 || text[MinuteBytes] != (byte)':' || !TryReadMinute(text[..MinuteBytes], out long minute))
            return false;

        var rest = text[(MinuteBytes + 1)..];
        if (!TryNumber(rest[..2], out int seconds) || seconds > 60)
            return false;

        rest = rest[2..];
        if (rest is [.., (byte)'Z'])
            rest = rest[..^1];

        long fraction = 0;
        if (rest is [(byte)'.', .. var digits])
        {
            for (int i = 0; i < Math.Max(digits.Length, 6); i++)
            {
                int digit = i < digits.Length ? digits[i] - '0' : 0;
                if (digit is < 0 or > 9)
                    return false;

                fraction = i < 6 ? (fraction * 10) + digit : fraction;
            }
        }
        else if (!rest.IsEmpty)
        {
            return false;
        }

        _minute = Vector128.Create(text);
        _minuteMicroseconds = minute;
        unixMicroseconds = minute + (seconds * MicrosecondsPerSecond) + fraction;
        return true;
    }

    // yyyy-MM-ddTHH:mm
    private static bool TryReadMinute(ReadOnlySpan<byte> text, out long unixMicroseconds)
    {
        unixMicroseconds = 0;
        if (text[4] != (byte)'-' || text[7] != (byte)'-' || text[10] != (byte)'T' || text[13] != (byte)':'
            || !TryNumber(text[..4], out int year) || !TryNumber(text[5..7], out int month)
            || !TryNumber(text[8..10], out int day) || !TryNumber(text[11..13], out int hour)
            || !TryNumber(text[14..16], out int minute))
        {
            return false;
        }

        if (year < 1970 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59)
            return false;

        long ticks = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks;
        unixMicroseconds = ticks / TimeSpan.TicksPerMicrosecond;
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        uint wrong = 0;
        foreach (byte digit in digits)
            number = (number * 10) + (int)Digit(digit, ref wrong);

        return wrong == 0;
    }

    // What is no digit comes out above 9, and leaves a bit in the flag.
    private static uint Digit(byte value, ref uint wrong)
    {
        uint digit = (uint)(value - '0');
        wrong |= digit > 9 ? 1u : 0u;
        return digit;
    }
}
