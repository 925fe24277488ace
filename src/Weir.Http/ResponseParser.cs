namespace Weir.Http;

/// <summary>
/// Reads response heads of HTTP/1.x from bytes. It has no state of its own: the connection owns the head, the buffer and
/// the scanner. Stricter than the parser of requests, for a malformed response is an error of the target (502) and no
/// mode asks for it to be let through.
/// </summary>
public static class ResponseParser
{
    /// <summary>
    /// Goes on reading the head that begins at <paramref name="start"/>, under the same terms as
    /// <see cref="RequestParser.Parse"/>.
    /// </summary>
    /// <param name="requestMethod">The method of the request that is answered: no body follows HEAD.</param>
    /// <param name="consumed">Bytes of the head when it is complete (the body begins there); otherwise 0.</param>
    public static ParseStatus Parse(
        ResponseHead head,
        RequestMethod requestMethod,
        byte[] buffer,
        int start,
        int end,
        ref HeadScanner scanner,
        out int consumed)
    {
        consumed = 0;
        if (scanner.HasStartLine)
        {
            head.Rebase(buffer, start);
        }
        else
        {
            head.Reset(buffer, start);
        }

        ParseStatus status = ReadLines(head, requestMethod, buffer.AsSpan(start, end - start), ref scanner);
        if (status == ParseStatus.Complete)
        {
            head.HeadBytes = consumed = scanner.WholeLinesBytes;
        }

        if (status != ParseStatus.NeedMore)
        {
            scanner = default;
        }

        return status;
    }

    private static ParseStatus ReadLines(
        ResponseHead head, RequestMethod requestMethod, ReadOnlySpan<byte> input, ref HeadScanner scanner)
    {
        if (!scanner.HasStartLine && !CanBegin(input))
        {
            return Refused(head, ResponseRefusal.NotHttp);
        }

        while (true)
        {
            switch (scanner.Next(input, HeadScannerLimits.Response, out HeadLine line))
            {
                case LineScan.NeedMore:
                    return ParseStatus.NeedMore;
                case LineScan.StartLine:
                    ResponseRefusal refusal = ReadStatusLine(head, input.Slice(line.Start, line.Length), line.Start);
                    if (refusal != ResponseRefusal.None)
                    {
                        return Refused(head, refusal);
                    }

                    break;
                case LineScan.FieldLine:
                    refusal = ReadField(head, input.Slice(line.Start, line.Length), line);
                    if (refusal != ResponseRefusal.None)
                    {
                        return Refused(head, refusal);
                    }

                    break;
                case LineScan.EndOfHead:
                    ResponseSemantics.Apply(head, requestMethod);
                    return head.Refusal == ResponseRefusal.None ? ParseStatus.Complete : ParseStatus.Refused;
                default:
                    // Too long in one way or the other: the limit is one for the line and for all of them.
                    return Refused(head, ResponseRefusal.HeadersTooLarge);
            }
        }
    }

    // The first bytes are enough to refuse a peer that speaks something else, and perhaps waits for us.
    private static bool CanBegin(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> protocol = "HTTP/"u8;
        int known = Math.Min(input.Length, protocol.Length);
        return input[..known].SequenceEqual(protocol[..known]);
    }

    /// <summary>
    /// <c>status-line = HTTP-version SP status-code SP [ reason-phrase ]</c> (RFC 9112 §4). The second SP may be missing
    /// if the reason is.
    /// </summary>
    private static ResponseRefusal ReadStatusLine(ResponseHead head, ReadOnlySpan<byte> line, int offset)
    {
        int versionLength = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> version = versionLength < 0 ? line : line[..versionLength];
        if (version.Length != 8 || !version.StartsWith("HTTP/1."u8) || !char.IsAsciiDigit((char)version[7]))
        {
            return ResponseRefusal.UnsupportedVersion;
        }

        head.MinorVersion = version[7] - '0';
        head.Version = head.MinorVersion == 0 ? ProtocolVersion.Http10 : ProtocolVersion.Http11;
        ReadOnlySpan<byte> rest = line[Math.Min(9, line.Length)..];
        if (rest.Length < 3 || !TryReadStatusCode(rest[..3], out int statusCode))
        {
            return ResponseRefusal.BadStatusCode;
        }

        head.StatusCode = statusCode;
        if (rest.Length == 3)
        {
            return ResponseRefusal.None;
        }

        if (rest[3] != ' ' || rest.ContainsAny(HttpCharacters.LineBreaking))
        {
            return ResponseRefusal.BadStatusLine;
        }

        head.SetReason(new ByteRange(offset + 13, rest.Length - 4));
        return ResponseRefusal.None;
    }

    private static bool TryReadStatusCode(ReadOnlySpan<byte> digits, out int statusCode)
    {
        statusCode = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            statusCode = (statusCode * 10) + digit - '0';
        }

        return statusCode >= 100;
    }

    /// <summary>
    /// <c>field-line = field-name ":" OWS field-value OWS</c>; blanks before the colon are left out, as a proxy must.
    /// Source: RFC 9112 §5, §5.1.
    /// </summary>
    private static ResponseRefusal ReadField(ResponseHead head, ReadOnlySpan<byte> line, in HeadLine place)
    {
        if (HttpCharacters.IsBlank(line[0]))
        {
            return ResponseRefusal.FoldedLine;
        }

        int colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            return ResponseRefusal.InvalidHeaderName;
        }

        ReadOnlySpan<byte> name = HttpCharacters.Trim(line[..colon]);
        KnownHeader known = KnownHeaders.Lookup(name);
        if (known == KnownHeader.Other && !HttpCharacters.IsToken(name))
        {
            return ResponseRefusal.InvalidHeaderName;
        }

        ReadOnlySpan<byte> rest = line[(colon + 1)..];
        if (place.HasControls && rest.ContainsAny(HttpCharacters.LineBreaking))
        {
            return ResponseRefusal.InvalidHeaderValue;
        }

        ReadOnlySpan<byte> value = HttpCharacters.Trim(rest);
        int valueOffset = colon + 1 + LeadingBlanks(rest);
        HeaderField field = new(
            place.Start, name.Length, place.Start + valueOffset, value.Length, known, FieldFlags.None);
        return head.Fields.TryAdd(field) ? ResponseRefusal.None : ResponseRefusal.TooManyHeaders;
    }

    private static int LeadingBlanks(ReadOnlySpan<byte> text)
    {
        int blanks = 0;
        while (blanks < text.Length && HttpCharacters.IsBlank(text[blanks]))
        {
            blanks++;
        }

        return blanks;
    }

    private static ParseStatus Refused(ResponseHead head, ResponseRefusal refusal)
    {
        head.Refuse(refusal);
        return ParseStatus.Refused;
    }
}
