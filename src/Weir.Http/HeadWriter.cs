using System.Buffers.Text;
using System.Numerics;

namespace Weir.Http;

/// <summary>
/// Composes a head into memory of the caller. Nothing is written in part: what does not fit sets
/// <see cref="Overflowed"/> and leaves out everything from then on; it never throws and never allocates.
/// </summary>
public ref struct HeadWriter
{
    private readonly Span<byte> _destination;

    public HeadWriter(Span<byte> destination)
    {
        _destination = destination;
    }

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>True once something did not fit; what was written is then of no use.</summary>
    public bool Overflowed { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _destination[..Length];

    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        if (TryTake(bytes.Length, out Span<byte> room))
        {
            bytes.CopyTo(room);
        }
    }

    public void Append(byte value)
    {
        if (TryTake(1, out Span<byte> room))
        {
            room[0] = value;
        }
    }

    /// <summary>Appends with A–Z as a–z.</summary>
    public void AppendLowerCase(scoped ReadOnlySpan<byte> bytes)
    {
        if (!TryTake(bytes.Length, out Span<byte> room))
        {
            return;
        }

        for (int index = 0; index < bytes.Length; index++)
        {
            byte value = bytes[index];
            room[index] = value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
        }
    }

    public void AppendDecimal(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        _ = Utf8Formatter.TryFormat(value, digits, out int length);
        Append(digits[..length]);
    }

    /// <summary>Appends in lower-case hexadecimal without leading zeros.</summary>
    public void AppendHex(ulong value)
    {
        int digits = Math.Max(1, (67 - BitOperations.LeadingZeroCount(value)) / 4);
        AppendHex(value, digits);
    }

    /// <summary>Appends the lowest <paramref name="digits"/> digits in lower-case hexadecimal.</summary>
    public void AppendHex(ulong value, int digits)
    {
        if (!TryTake(digits, out Span<byte> room))
        {
            return;
        }

        for (int index = digits - 1; index >= 0; index--)
        {
            room[index] = "0123456789abcdef"u8[(int)(value & 15)];
            value >>= 4;
        }
    }

    /// <summary><c>field-name ": " field-value CRLF</c></summary>
    public void AppendField(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        if (!TryTake(name.Length + value.Length + 4, out Span<byte> room))
        {
            return;
        }

        name.CopyTo(room);
        room[name.Length] = (byte)':';
        room[name.Length + 1] = (byte)' ';
        value.CopyTo(room[(name.Length + 2)..]);
        room[^2] = (byte)'\r';
        room[^1] = (byte)'\n';
    }

    public void AppendField(scoped ReadOnlySpan<byte> name, long value)
    {
        Append(name);
        Append(": "u8);
        AppendDecimal(value);
        AppendLineEnd();
    }

    public void AppendLineEnd() => Append("\r\n"u8);

    /// <summary><c>status-line</c> of HTTP/1.1 with the phrase of <see cref="ReasonPhrases"/>.</summary>
    public void AppendStatusLine(int statusCode)
    {
        Append("HTTP/1.1 "u8);
        AppendDecimal(statusCode);
        Append((byte)' ');
        Append(ReasonPhrases.Of(statusCode));
        AppendLineEnd();
    }

    /// <summary>The 29 bytes of an HTTP date.</summary>
    public void AppendDate(long unixSeconds)
    {
        if (TryTake(HttpDate.Length, out Span<byte> room))
        {
            HttpDate.Write(unixSeconds, room);
        }
    }

    /// <summary>Forgets what was written.</summary>
    public void Clear()
    {
        Length = 0;
        Overflowed = false;
    }

    /// <summary>Room for so many bytes, which count as written; false if it is not there.</summary>
    internal bool TryTake(int length, out Span<byte> room)
    {
        if (Overflowed || length > _destination.Length - Length)
        {
            Overflowed = true;
            room = default;
            return false;
        }

        room = _destination.Slice(Length, length);
        Length += length;
        return true;
    }
}
