using System.Globalization;

namespace Weir.AccessLogs;

/// <summary>
/// Renders one timestamp field and remembers the second it rendered last, because the next line nearly always falls into
/// the same one. Owned by one line writer, used on its thread only.
/// </summary>
public sealed class AccessLogTimestamp
{
    /// <summary>Length of <c>yyyy-MM-ddTHH:mm:ss.ffffffZ</c>.</summary>
    public const int Bytes = 27;

    /// <summary>The end of DateTime's range. A clock outside it is broken, and must not break the line as well.</summary>
    public const long LastUnixMicrosecond = 253_402_300_799_999_999;

    private const int FractionOffset = 20;
    private const long MicrosecondsPerSecond = 1_000_000;

    private readonly byte[] _text = new byte[Bytes];
    private long _firstMicrosecond = long.MaxValue;

    public ReadOnlySpan<byte> Render(long unixMicroseconds)
    {
        unixMicroseconds = Math.Clamp(unixMicroseconds, 0, LastUnixMicrosecond);
        long fraction = unixMicroseconds - _firstMicrosecond;
        if ((ulong)fraction >= MicrosecondsPerSecond)
            fraction = RenderSecond(unixMicroseconds);

        var text = _text;
        uint microseconds = (uint)fraction;
        for (int i = FractionOffset + 5; i >= FractionOffset; i--)
        {
            uint rest = microseconds / 10;
            text[i] = (byte)('0' + (microseconds - (rest * 10)));
            microseconds = rest;
        }

        return text;
    }

    private long RenderSecond(long unixMicroseconds)
    {
        var time = DateTime.UnixEpoch.AddTicks(unixMicroseconds * TimeSpan.TicksPerMicrosecond);
        time.TryFormat(_text, out _, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        long fraction = unixMicroseconds % MicrosecondsPerSecond;
        _firstMicrosecond = unixMicroseconds - fraction;
        return fraction;
    }
}
