namespace Weir.Http;

/// <summary>
/// Finds the lines of a head as its bytes come in, at any boundaries, and looks at each byte once: a peer that sends
/// byte by byte costs no more than one that does not. Owned by the connection, beside its buffer; <c>default</c> is
/// the state before a message. It never reads what a line says.
/// </summary>
public struct HeadScanner
{
    // All relative to the head's start, so that a moved buffer changes nothing.
    private int _lineStart;
    private int _searched;
    private int _fieldsStart;
    private int _emptyLines;
    private bool _hasControls;

    /// <summary>
    /// Bytes of the message seen so far that stand in whole lines; 0 means that no message has begun.
    /// </summary>
    public readonly int WholeLinesBytes => _lineStart;

    internal readonly bool HasStartLine => _fieldsStart > 0;

    internal readonly int LineStart => _lineStart;

    /// <summary>The next line of <paramref name="input"/>, which begins where the head begins.</summary>
    /// <remarks>
    /// A limit is over when the byte that would have to be the LF at the latest is there and no LF was found. Of two
    /// limits the one that is reached first counts, so that the verdict does not depend on how the bytes were split.
    /// </remarks>
    internal LineScan Next(ReadOnlySpan<byte> input, in HeadScannerLimits limits, out HeadLine line)
    {
        line = default;
        bool found = TryFindLf(input, out int lineEnd);

        int latest = _lineStart + (HasStartLine ? limits.HeaderLineBytes : limits.StartLineBytes);
        int latestOfAll = HasStartLine ? _fieldsStart + limits.HeadersBytes - 1 : int.MaxValue;
        if (lineEnd > Math.Min(latest, latestOfAll))
        {
            return latestOfAll < latest ? LineScan.HeadersTooLarge : LineScan.LineTooLong;
        }

        if (!found)
        {
            return LineScan.NeedMore;
        }

        bool bareLf = lineEnd == _lineStart || input[lineEnd - 1] != '\r';
        line = new HeadLine(_lineStart, (bareLf ? lineEnd : lineEnd - 1) - _lineStart, bareLf, _hasControls);
        _lineStart = _searched = lineEnd + 1;
        _hasControls = false;
        return Kind(line.Length, limits.LeadingEmptyLines);
    }

    /// <summary>
    /// Where the LF is, or where the input ends. One search finds the line end and whether the line is clean: in nearly
    /// every line the first control character is the CR of the line end.
    /// </summary>
    private bool TryFindLf(ReadOnlySpan<byte> input, out int lineEnd)
    {
        if (!_hasControls)
        {
            int clean = input[_searched..].IndexOfAny(HttpCharacters.ValueControl);
            int at = clean < 0 ? input.Length : _searched + clean;
            _searched = at;
            if (at < input.Length && input[at] == '\r')
            {
                at++;
            }

            if (at == input.Length)
            {
                // A CR at the end is looked at again: only the next byte says what it is.
                lineEnd = at;
                return false;
            }

            if (input[at] == '\n')
            {
                lineEnd = at;
                return true;
            }

            _hasControls = true;
        }

        int found = input[_searched..].IndexOf((byte)'\n');
        lineEnd = _searched = found < 0 ? input.Length : _searched + found;
        return found >= 0;
    }

    private LineScan Kind(int length, int leadingEmptyLines)
    {
        if (HasStartLine)
        {
            return length == 0 ? LineScan.EndOfHead : LineScan.FieldLine;
        }

        if (length == 0)
        {
            return ++_emptyLines > leadingEmptyLines ? LineScan.TooManyEmptyLines : LineScan.LeadingEmptyLine;
        }

        _fieldsStart = _lineStart;
        return LineScan.StartLine;
    }
}
