namespace Weir.Diagnosis.TargetLogs;

/// <summary>Lines of a text of any size in bounded memory: what goes beyond the limit of a line is passed over.</summary>
internal sealed class BoundedLineReader(TextReader text)
{
    private readonly char[] _buffer = new char[2 * TargetLogLimits.LineCharacters];
    private int _begin, _end;
    private bool _isOver;

    /// <summary>The next line without its end; it stays valid until the next call. False: there is none.</summary>
    public bool TryRead(out ReadOnlySpan<char> line)
    {
        while (true)
        {
            var rest = _buffer.AsSpan(_begin, _end - _begin);
            if (rest.IndexOf('\n') is >= 0 and var length)
            {
                line = Limited(rest[..length]);
                _begin += length + 1;
                return true;
            }

            if (_isOver || rest.Length > TargetLogLimits.LineCharacters)
            {
                return EndWithout(out line);
            }

            Fill();
        }
    }

    // The last line may have no end; a line that is too long is given up to the limit, and the rest of it skipped.
    private bool EndWithout(out ReadOnlySpan<char> line)
    {
        var kept = Limited(_buffer.AsSpan(_begin, _end - _begin)).ToString();
        line = kept;
        var isThere = _begin < _end;
        _begin = _end;
        while (!_isOver)
        {
            Fill();
            var end = _buffer.AsSpan(0, _end).IndexOf('\n');
            _begin = end < 0 ? _end : end + 1;
            if (end >= 0)
            {
                break;
            }
        }

        return isThere;
    }

    private void Fill()
    {
        _buffer.AsSpan(_begin, _end - _begin).CopyTo(_buffer);
        _end -= _begin;
        _begin = 0;
        var count = text.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        _isOver = count == 0;
    }

    private static ReadOnlySpan<char> Limited(ReadOnlySpan<char> line)
    {
        line = line.TrimEnd('\r');
        return line.Length <= TargetLogLimits.LineCharacters ? line : line[..TargetLogLimits.LineCharacters];
    }
}
