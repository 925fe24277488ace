namespace Weir.Http;

/// <summary>
/// Works out what a whole response head means: framing, reuse of the connection, hints, hop-by-hop fields. It reads the
/// field table only.
/// </summary>
internal static class ResponseSemantics
{
    public static void Apply(ResponseHead head, RequestMethod requestMethod)
    {
        if (!HopByHop.TryMark(head.Fields, out ConnectionOptions options))
        {
            head.Refuse(ResponseRefusal.TooManyConnectionOptions);
        }

        head.ConnectionOptions = options;
        if (head.StatusCode == 101)
        {
            head.Upgrade = HopByHop.Upgrade(head.Fields, options);
        }

        KeepAliveHint.Read(head);
        bool chunked = ReadCodings(head);
        ReadLengths(head);
        head.Framing = FramingOf(head, requestMethod, chunked);
        head.Reusable = CanReuse(head);
    }

    // Source: RFC 9112 §6.3.
    private static BodyFraming FramingOf(ResponseHead head, RequestMethod requestMethod, bool chunked)
    {
        if (requestMethod == RequestMethod.Head || HasNeverBody(head.StatusCode) || head.StatusCode == 304)
        {
            return BodyFraming.None;
        }

        if (chunked)
        {
            return BodyFraming.Chunked;
        }

        return head.ContentLength >= 0 ? BodyFraming.Length(head.ContentLength) : BodyFraming.UntilClose;
    }

    private static bool HasNeverBody(int statusCode) => statusCode is (>= 100 and < 200) or 204;

    // Persistence: RFC 9112 §9.3. Contradictory framing may hide a second response: RFC 9112 §6.1, §6.3.
    private static bool CanReuse(ResponseHead head)
    {
        bool coded = head.Fields.Contains(KnownHeader.TransferEncoding);
        bool bodyAnnounced = coded || head.ContentLength > 0;
        if (head.Framing.Kind == BodyKind.UntilClose
            || head.StatusCode == 101
            || (head.ConnectionOptions & ConnectionOptions.Close) != 0
            || (coded && head.Fields.Contains(KnownHeader.ContentLength))
            || (HasNeverBody(head.StatusCode) && bodyAnnounced))
        {
            return false;
        }

        return head.Version == ProtocolVersion.Http11
            || (!coded && (head.ConnectionOptions & ConnectionOptions.KeepAlive) != 0);
    }

    private static bool ReadCodings(ResponseHead head)
    {
        bool chunked = false;
        for (int index = -1; (index = head.Fields.IndexOf(KnownHeader.TransferEncoding, index + 1)) >= 0;)
        {
            ListReader list = new(head.Fields.Value(index));
            while (list.TryNext(out ReadOnlySpan<byte> element))
            {
                TransferCoding coding = TransferCodings.Lookup(element);
                if (coding is TransferCoding.Compressing or TransferCoding.Unknown
                    || (chunked && coding == TransferCoding.Chunked))
                {
                    head.Refuse(ResponseRefusal.UnsupportedTransferCoding);
                }

                chunked |= coding == TransferCoding.Chunked;
            }
        }

        return chunked;
    }

    // Equal repetitions are one: RFC 9110 §8.6. In 1xx and 204 the field must not be, and beside Transfer-Encoding it
    // must go: RFC 9112 §6.1, §6.2.
    private static void ReadLengths(ResponseHead head)
    {
        bool drop = HasNeverBody(head.StatusCode) || head.Fields.Contains(KnownHeader.TransferEncoding);
        for (int index = -1; (index = head.Fields.IndexOf(KnownHeader.ContentLength, index + 1)) >= 0;)
        {
            ReadOnlySpan<byte> text = head.Fields.Value(index);
            if (text.IsEmpty || !ContentLength.TryRead(text, out ulong length) || length > long.MaxValue)
            {
                head.Refuse(ResponseRefusal.InvalidContentLength);
                continue;
            }

            if (head.ContentLength >= 0 && head.ContentLength != (long)length)
            {
                head.Refuse(ResponseRefusal.ConflictingContentLength);
            }

            if (drop || head.ContentLength >= 0)
            {
                head.Fields.Mark(index, FieldFlags.NotForwarded);
            }

            head.ContentLength = (long)length;
        }
    }
}
