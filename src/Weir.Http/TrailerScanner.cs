namespace Weir.Http;

/// <summary>
/// Finds the end of a trailer section and validates its lines as they come in. Owned by a <see cref="ChunkedDecoder"/>;
/// it keeps offsets only, so the section must stay where it is, or be moved as a whole.
/// </summary>
internal struct TrailerScanner
{
    // Fields that mean something before the body is read, or that the balancer speaks for: they must not be merged into
    // the header section, and the next recipient may do so. Source: RFC 9110 §6.5.1.
    private const ulong Forbidden =
        (1UL << (int)KnownHeader.Connection) | (1UL << (int)KnownHeader.ContentLength)
        | (1UL << (int)KnownHeader.TransferEncoding) | (1UL << (int)KnownHeader.Host)
        | (1UL << (int)KnownHeader.KeepAlive) | (1UL << (int)KnownHeader.ProxyConnection)
        | (1UL << (int)KnownHeader.Te) | (1UL << (int)KnownHeader.Trailer) | (1UL << (int)KnownHeader.Upgrade)
        | (1UL << (int)KnownHeader.Expect) | (1UL << (int)KnownHeader.XForwardedFor)
        | (1UL << (int)KnownHeader.XForwardedProto) | (1UL << (int)KnownHeader.XForwardedPort)
        | (1UL << (int)KnownHeader.XAmznTraceId) | (1UL << (int)KnownHeader.Cookie)
        | (1UL << (int)KnownHeader.SetCookie) | (1UL << (int)KnownHeader.Authorization)
        | (1UL << (int)KnownHeader.ContentType) | (1UL << (int)KnownHeader.ContentEncoding);

    private int _lineStart;
    private int _searched;
    private int _count;
    private bool _hasForbidden;

    /// <summary>Bytes of the trailer lines, once the end is found.</summary>
    public readonly int LinesBytes => _lineStart;

    /// <summary>
    /// No field of the section may go on, because one of them has no place in trailers. The section counts as a whole:
    /// what is left of it without that field may say something else than its sender meant.
    /// </summary>
    public readonly bool HasForbidden => _hasForbidden;

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

    private ChunkedFault Take(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0 || !HttpCharacters.IsToken(line[..colon]))
        {
            return ChunkedFault.BadTrailer;
        }

        if (line[colon..].ContainsAny(HttpCharacters.ValueControl))
        {
            return ChunkedFault.BadTrailer;
        }

        KnownHeader known = KnownHeaders.Lookup(line[..colon]);
        _hasForbidden |= (Forbidden & (1UL << (int)known)) != 0;
        return ChunkedFault.None;
    }
}
