using System.Buffers.Text;
using System.Text;

namespace Weir.LogGenerator.Output;

/// <summary>A growing run of bytes that lines are put together in. One thread's; what it holds is gone with the next <see cref="Clear"/>.</summary>
internal sealed class LineWriter
{
    private byte[] _bytes = new byte[64 * 1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Ascii(string text)
    {
        Encoding.ASCII.GetBytes(text, Free(text.Length));
        Length += text.Length;
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free(bytes.Length));
        Length += bytes.Length;
    }

    public void Byte(byte value)
    {
        Free(1)[0] = value;
        Length++;
    }

    public void Quoted(string text)
    {
        Byte((byte)'"');
        Ascii(text);
        Byte((byte)'"');
    }

    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, Free(20), out int written);
        Length += written;
    }

    /// <summary>With leading zeros.</summary>
    public void Digits(long value, int count)
    {
        Span<byte> digits = Free(count);
        for (int index = count - 1; index >= 0; index--)
        {
            digits[index] = (byte)('0' + (value % 10));
            value /= 10;
        }

        Length += count;
    }

    public void Hex(ulong value, int count)
    {
        Span<byte> digits = Free(count);
        for (int index = count - 1; index >= 0; index--)
        {
            digits[index] = "0123456789abcdef"u8[(int)(value & 15)];
            value >>= 4;
        }

        Length += count;
    }

    /// <summary>ISO 8601 in UTC with microseconds.</summary>
    public void Time(DateTime time)
    {
        Digits(time.Year, 4);
        Byte((byte)'-');
        Digits(time.Month, 2);
        Byte((byte)'-');
        Digits(time.Day, 2);
        Byte((byte)'T');
        long microseconds = time.TimeOfDay.Ticks / TimeSpan.TicksPerMicrosecond;
        Digits(microseconds / 3_600_000_000, 2);
        Byte((byte)':');
        Digits(microseconds / 60_000_000 % 60, 2);
        Byte((byte)':');
        Digits(microseconds / 1_000_000 % 60, 2);
        Byte((byte)'.');
        Digits(microseconds % 1_000_000, 6);
        Byte((byte)'Z');
    }

    /// <summary>Three decimals, rounded; -1 for what was not measured.</summary>
    public void Seconds(long ticks)
    {
        if (ticks < 0)
        {
            Bytes("-1"u8);
            return;
        }

        long milliseconds = (ticks + (TimeSpan.TicksPerMillisecond / 2)) / TimeSpan.TicksPerMillisecond;
        Number(milliseconds / 1000);
        Byte((byte)'.');
        Digits(milliseconds % 1000, 3);
    }

    private Span<byte> Free(int count)
    {
        if (_bytes.Length - Length < count) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        return _bytes.AsSpan(Length);
    }
}
