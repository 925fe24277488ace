namespace Weir.Http;

/// <summary>
/// Reads one field line of a request into the head's table, and classifies it. It never stops at a bad one.
/// </summary>
internal static class RequestFieldReader
{
    /// <summary>
    /// <c>field-line = field-name ":" OWS field-value OWS</c> (RFC 9112 §5); false if the table is full.
    /// </summary>
    public static bool Read(RequestHead head, ReadOnlySpan<byte> line, in HeadLine place)
    {
        bool folded = HttpCharacters.IsBlank(line[0]);
        int colon = line.IndexOf((byte)':');
        int rawNameLength = colon < 0 ? line.Length : colon;
        FieldFlags flags = folded ? FieldFlags.Folded : FieldFlags.None;
        if (folded)
        {
            NoteFolded(head);
        }
        else if (colon < 0)
        {
            head.Anomalies |= RequestAnomalies.NoColon;
            flags |= FieldFlags.NotForwarded;
        }

        TrimBlanks(line, 0, rawNameLength, out int nameStart, out int nameEnd);
        TrimBlanks(line, Math.Min(rawNameLength + 1, line.Length), line.Length, out int valueStart, out int valueEnd);
        ReadOnlySpan<byte> name = line[nameStart..nameEnd];
        KnownHeader known = KnownHeaders.Lookup(name);
        if (known == KnownHeader.TransferEncoding && colon > nameEnd)
        {
            head.Refuse(RequestRefusal.WhitespaceBeforeTransferEncodingColon);
        }

        bool padded = name.Length != rawNameLength;
        flags |= RequestClassifier.JudgeField(
            head, known, name, padded, line[valueStart..valueEnd], place.HasControls);
        return head.Fields.TryAdd(new HeaderField(
            place.Start + nameStart, name.Length, place.Start + valueStart, valueEnd - valueStart, known, flags));
    }

    // A folded Content-Type was once common, and is let pass. Source: http-desync-guardian.
    private static void NoteFolded(RequestHead head)
    {
        FieldTable fields = head.Fields;
        if (fields.Count == 0 || fields[fields.Count - 1].Known != KnownHeader.ContentType)
        {
            head.Anomalies |= RequestAnomalies.FoldedLine;
        }
    }

    private static void TrimBlanks(ReadOnlySpan<byte> line, int from, int to, out int start, out int end)
    {
        start = from;
        end = to;
        while (start < end && HttpCharacters.IsBlank(line[start]))
        {
            start++;
        }

        while (end > start && HttpCharacters.IsBlank(line[end - 1]))
        {
            end--;
        }
    }
}
