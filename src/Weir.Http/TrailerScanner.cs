namespace Weir.Http;

/// <summary>
/// Finds the end of a trailer section and validates its lines as they come in. Owned by a <see cref="ChunkedDecoder"/>;
/// it keeps offsets only, so the section must stay where it is, or be moved as a whole.
/// </summary>
internal struct TrailerScanner
{
    private int _lineStart;
    private int _searched;
    private int _count;

    /// <summary>Bytes of the trailer lines, once the end is found.</summary>
    public readonly int LinesBytes => _lineStart;

    /// <summary>True if the empty line is there; false with no fault means that more bytes are needed.</summary>
    public bool TryFindEnd(ReadOnlySpan<byte> section, out ChunkedFault fault)
    {
        fault = ChunkedFault.None;
        while (true)
        {
            int found = section[_searched..].IndexOf((byte)'\n');
            int lineEnd = found < 0 ? section.Length : _searched + found;
            if (lineEnd >= HttpLimits.TrailerBytes)
            {
                fault = ChunkedFault.TrailersTooLarge;
                return false;
            }

            _searched = lineEnd;
            if (found < 0)
            {
                return false;
            }

            if (lineEnd == _lineStart || section[lineEnd - 1] != '\r')
            {
                fault = ChunkedFault.BareLineEnd;
                return false;
            }

            ReadOnlySpan<byte> line = section[_lineStart..(lineEnd - 1)];
            if (line.IsEmpty)
            {
                return true;
            }

            fault = ++_count > HttpLimits.TrailerCount ? ChunkedFault.TooManyTrailers : Take(line);
            if (fault != ChunkedFault.None)
            {
                return false;
            }

            _lineStart = _searched = lineEnd + 1;
        }
    }

    private static ChunkedFault Take(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0 || !HttpCharacters.IsToken(line[..colon]))
        {
            return ChunkedFault.BadTrailer;
        }

        return line[colon..].ContainsAny(HttpCharacters.ValueControl) ? ChunkedFault.BadTrailer : ChunkedFault.None;
    }
}
