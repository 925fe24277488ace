namespace Weir.Http;

/// <summary>
/// Reads request heads of HTTP/1.x from bytes. It has no state of its own: the connection owns the head, the buffer and
/// the scanner. It classifies and never decides; nothing that a peer sends makes it throw or allocate, apart from the
/// growth of a field table that is kept.
/// </summary>
public static class RequestParser
{
    /// <summary>
    /// Goes on reading the head that begins at <paramref name="start"/>. Until it returns something else than
    /// <see cref="ParseStatus.NeedMore"/>, the bytes from <paramref name="start"/> must be there again at the next call,
    /// with more behind them; the buffer may have moved.
    /// </summary>
    /// <param name="consumed">Bytes of the head when it is complete (the body begins there); otherwise 0.</param>
    public static ParseStatus Parse(
        RequestHead head, byte[] buffer, int start, int end, ref HeadScanner scanner, out int consumed)
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

        ReadOnlySpan<byte> input = buffer.AsSpan(start, end - start);
        ParseStatus status = ReadLines(head, input, ref scanner);
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

    /// <summary>
    /// Judges a head that the client's end of input cut off after <see cref="ParseStatus.NeedMore"/>: always refused as
    /// <see cref="RequestRefusal.Truncated"/>, with the classification that the log shows. To be called only if any byte
    /// of a request had come.
    /// </summary>
    public static void EndOfInput(RequestHead head, byte[] buffer, int start, int end, ref HeadScanner scanner)
    {
        head.Rebase(buffer, start);
        ReadOnlySpan<byte> rest = buffer.AsSpan(start, end - start)[scanner.WholeLinesBytes..];
        bool hadStartLine = scanner.HasStartLine;
        head.Refuse(RequestRefusal.Truncated);
        head.Anomalies |= rest.IsEmpty ? RequestAnomalies.NoLastEmptyLine : RequestAnomalies.PartialLine;
        if (hadStartLine)
        {
            RequestSemantics.Apply(head);
        }

        RequestClassifier.JudgeText(head);
        scanner = default;
    }

    private static ParseStatus ReadLines(RequestHead head, ReadOnlySpan<byte> input, ref HeadScanner scanner)
    {
        while (true)
        {
            if (!scanner.HasStartLine && !CanBegin(input[scanner.LineStart..]))
            {
                return Refused(head, RequestRefusal.NotHttp);
            }

            bool inStartLine = !scanner.HasStartLine;
            switch (scanner.Next(input, HeadScannerLimits.Request, out HeadLine line))
            {
                case LineScan.NeedMore:
                    return ParseStatus.NeedMore;
                case LineScan.LeadingEmptyLine:
                    break;
                case LineScan.StartLine:
                    NoteLineEnd(head, line);
                    if (!RequestLineParser.Read(head, input.Slice(line.Start, line.Length), line.Start))
                    {
                        RequestClassifier.JudgeRequestLine(head);
                        RequestClassifier.JudgeText(head);
                        return ParseStatus.Refused;
                    }

                    break;
                case LineScan.FieldLine:
                    NoteLineEnd(head, line);
                    if (!RequestFieldReader.Read(head, input.Slice(line.Start, line.Length), line))
                    {
                        return Refused(head, RequestRefusal.TooManyHeaders);
                    }

                    break;
                case LineScan.EndOfHead:
                    NoteLineEnd(head, line);
                    RequestSemantics.Apply(head);
                    return head.Refusal == RequestRefusal.None ? ParseStatus.Complete : ParseStatus.Refused;
                case LineScan.LineTooLong:
                    return Refused(
                        head, inStartLine ? RequestRefusal.RequestLineTooLong : RequestRefusal.HeaderLineTooLong);
                case LineScan.HeadersTooLarge:
                    return Refused(head, RequestRefusal.HeadersTooLarge);
                default:
                    return Refused(head, RequestRefusal.NotHttp);
            }
        }
    }

    // A request line begins with a token, so that the first byte of TLS or of junk is enough to refuse it.
    private static bool CanBegin(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] == '\n')
        {
            return true;
        }

        return line[0] == '\r' ? line.Length == 1 || line[1] == '\n' : HttpCharacters.Token.Contains(line[0]);
    }

    private static void NoteLineEnd(RequestHead head, HeadLine line)
    {
        if (line.EndsInBareLf)
        {
            head.Anomalies |= RequestAnomalies.BareLfLine;
        }
    }

    private static ParseStatus Refused(RequestHead head, RequestRefusal refusal)
    {
        head.Refuse(refusal);
        return ParseStatus.Refused;
    }
}
