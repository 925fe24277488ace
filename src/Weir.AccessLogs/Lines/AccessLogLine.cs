using System.Buffers.Text;

namespace Weir.AccessLogs;

/// <summary>
/// The part of a line written so far: a place in the destination that every append moves on. Lives on the stack of
/// one write. Once something did not fit it stays overflowed and writes nothing more.
/// </summary>
internal ref struct AccessLogLine(Span<byte> destination, int fieldLimitBytes)
{
    private readonly int _fieldLimitBytes = fieldLimitBytes;
    private Span<byte> _destination = destination;
    private int _length;

    public readonly int Length => _length;

    public bool Overflowed { get; private set; }

    /// <summary>Bytes of our own, which need no escaping.</summary>
    public void Append(scoped ReadOnlySpan<byte> verbatim)
    {
        if (verbatim.TryCopyTo(_destination[_length..]))
            _length += verbatim.Length;
        else
            Overflow();
    }

    /// <summary>A field without quotes and the space after it.</summary>
    public void AppendUnquoted(ReadOnlySpan<byte> value)
    {
        var rest = _destination[_length..];
        if (value.IsEmpty)
        {
            Append("- "u8);
        }
        else if (value.Length < rest.Length && IsVerbatim(value, quoted: false))
        {
            value.CopyTo(rest);
            rest[value.Length] = (byte)' ';
            _length += value.Length + 1;
        }
        else
        {
            AppendEscaped(value, quoted: false);
            Append(" "u8);
        }
    }

    /// <summary>A field in quotes and the space after it.</summary>
    public void AppendQuoted(ReadOnlySpan<byte> value)
    {
        var rest = _destination[_length..];
        int length = value.Length + 3;
        if (value.IsEmpty)
        {
            Append("\"-\" "u8);
        }
        else if (length <= rest.Length && IsVerbatim(value, quoted: true))
        {
            rest[length - 1] = (byte)' ';
            rest[length - 2] = (byte)'"';
            rest[0] = (byte)'"';
            value.CopyTo(rest[1..]);
            _length += length;
        }
        else
        {
            Append("\""u8);
            AppendEscaped(value, quoted: true);
            Append("\" "u8);
        }
    }

    /// <summary>A part of a field in quotes.</summary>
    public void AppendWithinQuotes(ReadOnlySpan<byte> value)
    {
        if (IsVerbatim(value, quoted: true))
            Append(value);
        else
            AppendEscaped(value, quoted: true);
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
        if (Utf8Formatter.TryFormat(value, _destination[_length..], out int written))
            _length += written;
        else
            Overflow();
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

        ulong milliseconds = (ulong)microseconds / 1000;
        ulong seconds = milliseconds / 1000;
        AppendDigits((long)seconds);
        uint fraction = (uint)(milliseconds - (seconds * 1000));
        Append([
            (byte)'.',
            (byte)('0' + (fraction / 100)),
            (byte)('0' + (fraction / 10 % 10)),
            (byte)('0' + (fraction % 10)),
            (byte)' ',
        ]);
    }

    /// <summary>The space after the last field becomes the newline.</summary>
    public readonly void EndLine()
    {
        if (!Overflowed)
            _destination[_length - 1] = (byte)'\n';
    }

    private readonly bool IsVerbatim(ReadOnlySpan<byte> value, bool quoted) =>
        value.Length <= _fieldLimitBytes && AccessLogEscaping.IsVerbatim(value, quoted);

    private void AppendEscaped(ReadOnlySpan<byte> value, bool quoted)
    {
        var rest = _destination[_length..];
        bool cut = rest.Length > _fieldLimitBytes;
        _length += AccessLogEscaping.Write(value, quoted, cut ? rest[.._fieldLimitBytes] : rest, out bool complete);
        if (!complete && !cut)
            Overflow();
    }

    // Nothing fits into an empty destination, so no append has to ask whether an earlier one failed.
    private void Overflow()
    {
        Overflowed = true;
        _destination = default;
        _length = 0;
    }
}
