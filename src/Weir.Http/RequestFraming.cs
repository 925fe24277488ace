namespace Weir.Http;

/// <summary>
/// Transfer-Encoding and Content-Length of a request: its framing, and the verdicts about them. Framing follows the
/// fields that really have these names; the verdicts also those that look like them, which go on as plain fields.
/// Source: RFC 9112 §6.3; http-desync-guardian.
/// </summary>
internal static class RequestFraming
{
    private const RequestAnomalies AnySeen =
        RequestAnomalies.TransferEncodingSeen | RequestAnomalies.ContentLengthSeen;

    public static void Apply(RequestHead head)
    {
        RequestAnomalies seen = head.Anomalies & AnySeen;
        if (seen == RequestAnomalies.None || head.Version == ProtocolVersion.Http2)
        {
            return;
        }

        bool judged = JudgedByVersion(head, seen);
        Codings codings = (seen & RequestAnomalies.TransferEncodingSeen) != 0
            ? ReadCodings(head, judged)
            : default;
        ContentLengths lengths = (seen & RequestAnomalies.ContentLengthSeen) != 0
            ? ReadLengths(head, judged, besideCodings: codings.Fields > 0)
            : default;

        if (!judged)
        {
            JudgeByMethod(head, codings, lengths);
            if (codings.Fields > 0 && lengths.Readable)
            {
                head.Raise(Classification.Ambiguous, ClassificationReason.BothTeClPresent);
            }
        }

        if (codings.Fields > 0 && lengths.Fields > 0 && (codings.Suspicious || lengths.Suspicious))
        {
            head.Raise(Classification.Severe, ClassificationReason.SuspiciousTeClPresent);
        }

        Decide(head, codings, lengths);
    }

    // In these versions the fields have no meaning, and the guardian looks no further.
    private static bool JudgedByVersion(RequestHead head, RequestAnomalies seen)
    {
        if (head.Version < ProtocolVersion.Http11 && (seen & RequestAnomalies.TransferEncodingSeen) != 0)
        {
            head.Raise(Classification.Ambiguous, ClassificationReason.UndefinedTransferEncodingSemantics);
            return true;
        }

        if (head.Version == ProtocolVersion.Http09)
        {
            head.Raise(Classification.Ambiguous, ClassificationReason.UndefinedContentLengthSemantics);
            return true;
        }

        return false;
    }

    private static void JudgeByMethod(RequestHead head, in Codings codings, in ContentLengths lengths)
    {
        if (head.KnownMethod is not (RequestMethod.Get or RequestMethod.Head))
        {
            return;
        }

        if (codings.Fields > 0)
        {
            head.Raise(Classification.Ambiguous, ClassificationReason.UndefinedTransferEncodingSemantics);
        }

        if (lengths.Readable && lengths.Value == 0)
        {
            head.Raise(Classification.Acceptable, ClassificationReason.GetHeadZeroContentLength);
        }
        else if (lengths.Readable)
        {
            head.Raise(Classification.Ambiguous, ClassificationReason.UndefinedContentLengthSemantics);
        }
    }

    // Transfer-Encoding wins over Content-Length; identity is no coding. Source: RFC 9112 §6.3; ALB user guide.
    private static void Decide(RequestHead head, in Codings codings, in ContentLengths lengths)
    {
        if (codings.Unsupported)
        {
            head.Refuse(RequestRefusal.UnsupportedTransferCoding);
        }

        if (lengths.Refusal != RequestRefusal.None)
        {
            head.Refuse(lengths.Refusal);
        }

        if (codings.Chunked)
        {
            head.Framing = BodyFraming.Chunked;
        }
        else if (lengths.Frames)
        {
            head.Framing = BodyFraming.Length((long)lengths.FramingValue);
        }
    }

    private static Codings ReadCodings(RequestHead head, bool judged)
    {
        Codings codings = default;
        bool afterChunked = false;
        FieldTable fields = head.Fields;
        for (int index = 0; index < fields.Count; index++)
        {
            bool exact = fields[index].Known == KnownHeader.TransferEncoding;
            bool suspicious = (fields[index].Flags & FieldFlags.LooksLikeTransferEncoding) != 0;
            if (!exact && !suspicious)
            {
                continue;
            }

            codings.Fields++;
            codings.Suspicious |= suspicious;
            ListReader list = new(fields.Value(index));
            while (list.TryNext(out ReadOnlySpan<byte> element))
            {
                TransferCoding coding = TransferCodings.Lookup(element);
                codings.Chunked |= exact && coding == TransferCoding.Chunked;
                codings.Unsupported |= exact && coding is TransferCoding.Compressing or TransferCoding.Unknown;
                if (!judged)
                {
                    JudgeCoding(head, coding, afterChunked);
                }

                afterChunked = coding == TransferCoding.Chunked;
            }
        }

        return codings;
    }

    private static void JudgeCoding(RequestHead head, TransferCoding coding, bool afterChunked)
    {
        if (coding == TransferCoding.Unknown)
        {
            head.Raise(Classification.Severe, ClassificationReason.BadTransferEncoding);
        }
        else if (coding == TransferCoding.Chunked && afterChunked)
        {
            head.Raise(Classification.Severe, ClassificationReason.MultipleTransferEncodingChunked);
        }
    }

    private static ContentLengths ReadLengths(RequestHead head, bool judged, bool besideCodings)
    {
        ContentLengths lengths = default;
        FieldTable fields = head.Fields;
        for (int index = 0; index < fields.Count; index++)
        {
            bool exact = fields[index].Known == KnownHeader.ContentLength;
            bool suspicious = (fields[index].Flags & FieldFlags.LooksLikeContentLength) != 0;
            if (!exact && !suspicious)
            {
                continue;
            }

            bool readable = ContentLength.TryRead(fields.Value(index), out ulong value);
            if (!judged)
            {
                JudgeLength(head, lengths, readable, value);
            }

            if (besideCodings || lengths.Fields > 0)
            {
                fields.Mark(index, FieldFlags.NotForwarded);
            }

            lengths.Suspicious |= suspicious;
            lengths.Add(readable, value, exact);
        }

        return lengths;
    }

    private static void JudgeLength(RequestHead head, in ContentLengths earlier, bool readable, ulong value)
    {
        if (!readable)
        {
            head.Raise(Classification.Severe, ClassificationReason.BadContentLength);
        }
        else if (earlier.Readable && earlier.Value != value)
        {
            head.Raise(Classification.Severe, ClassificationReason.MultipleContentLength);
        }
        else if (earlier.Readable)
        {
            head.Raise(Classification.Ambiguous, ClassificationReason.DuplicateContentLength);
        }
    }

    /// <summary>All Transfer-Encoding fields of a request together.</summary>
    private struct Codings
    {
        public int Fields;
        public bool Suspicious;
        public bool Chunked;
        public bool Unsupported;
    }

    /// <summary>All Content-Length fields of a request together.</summary>
    private struct ContentLengths
    {
        public int Fields;
        public bool Suspicious;

        // Of all of them, lookalikes too: for the verdict.
        public bool Readable;
        public ulong Value;

        // Of those with the exact name: for the framing.
        public bool Frames;
        public ulong FramingValue;
        public RequestRefusal Refusal;

        public void Add(bool readable, ulong value, bool exact)
        {
            Fields++;
            if (readable && !Readable)
            {
                Readable = true;
                Value = value;
            }

            if (!exact)
            {
                return;
            }

            if (!readable || value > long.MaxValue)
            {
                Refusal = RequestRefusal.InvalidContentLength;
            }
            else if (Frames && FramingValue != value && Refusal == RequestRefusal.None)
            {
                Refusal = RequestRefusal.ConflictingContentLength;
            }
            else if (!Frames)
            {
                Frames = true;
                FramingValue = value;
            }
        }
    }
}
