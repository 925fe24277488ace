using System.Buffers.Text;

namespace Weir.AccessLogs;

/// <summary>
/// The part of a line written so far: a place in the destination that every append moves on. Lives on the stack of
/// one write. Once something did not fit it stays overflowed and writes nothing more.
/// </summary>
internal ref struct AccessLogLine(Span<byte> destination, int fieldLimitBytes)
{
    private readonly Span<byte> _destination = destination;
    private readonly int _fieldLimitBytes = fieldLimitBytes;

    public int Length { get; private set; }

    public bool Overflowed { get; private set; }

    /// <summary>Bytes of our own, which need no escaping.</summary>
    public void Append(scoped ReadOnlySpan<byte> verbatim)
    {
        if (!Overflowed && verbatim.TryCopyTo(_destination[Length..]))
            Length += verbatim.Length;
        else
            Overflowed = true;
    }

    /// <summary>A field without quotes and the space after it.</summary>
    public void AppendUnquoted(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            Append("- "u8);
            return;
        }

        AppendEscaped(value, quoted: false);
        Append(" "u8);
    }

    /// <summary>A field in quotes and the space after it.</summary>
    public void AppendQuoted(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            Append("\"-\" "u8);
            return;
        }

        Append("\""u8);
        AppendEscaped(value, quoted: true);
        Append("\" "u8);
    }

    /// <summary>Bytes inside a field. A space within quotes is kept.</summary>
    public void AppendEscaped(ReadOnlySpan<byte> value, bool quoted)
    {
        var safe = quoted ? AccessLogEscaping.SafeInQuotes : AccessLogEscaping.SafeUnquoted;
        if (value.Length <= _fieldLimitBytes && !value.ContainsAnyExcept(safe))
        {
            Append(value);
            return;
        }

        if (Overflowed)
            return;

        var rest = _destination[Length..];
        bool cut = rest.Length > _fieldLimitBytes;
        int written = AccessLogEscaping.Write(value, safe, cut ? rest[.._fieldLimitBytes] : rest, out bool complete);
        Length += written;
        Overflowed = !complete && !cut;
    }

    /// <summary>A number and the space after it.</summary>
    public void AppendNumber(long value)
    {
        AppendDigits(value);
        Append(" "u8);
    }

    /// <summary>A number alone.</summary>
    public void AppendDigits(long value)
    {
        if (!Overflowed && Utf8Formatter.TryFormat(value, _destination[Length..], out int written))
            Length += written;
        else
            Overflowed = true;
    }

    /// <summary>A status code and the space after it; <c>-</c> for 0.</summary>
    public void AppendStatus(int status)
    {
        if (status == 0)
            Append("- "u8);
        else
            AppendNumber(status);
    }

    /// <summary>A status code in quotes and the space after it; <c>"-"</c> for 0.</summary>
    public void AppendQuotedStatus(int status)
    {
        if (status == 0)
        {
            Append("\"-\" "u8);
            return;
        }

        Append("\""u8);
        AppendDigits(status);
        Append("\" "u8);
    }

    /// <summary>Seconds with three decimals, cut and not rounded, and the space after it; <c>-1</c> for none.</summary>
    public void AppendSeconds(long microseconds)
    {
        if (microseconds < 0)
        {
            Append("-1 "u8);
            return;
        }

        var (seconds, milliseconds) = Math.DivRem(microseconds / 1000, 1000);
        Span<byte> text = stackalloc byte[24];
        int length = 1;
        if (seconds < 10)
            text[0] = (byte)('0' + seconds);
        else
            Utf8Formatter.TryFormat(seconds, text, out length);

        text[length] = (byte)'.';
        text[length + 1] = (byte)('0' + (milliseconds / 100));
        text[length + 2] = (byte)('0' + (milliseconds / 10 % 10));
        text[length + 3] = (byte)('0' + (milliseconds % 10));
        text[length + 4] = (byte)' ';
        Append(text[..(length + 5)]);
    }
}
