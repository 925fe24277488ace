namespace Weir.Http.Http2.Messages;

/// <summary>
/// Makes a response head of the fields of a block, where they lie: the same head that the parser of HTTP/1.1 fills. It
/// has no state of its own. Source: RFC 9113 §8.3.2.
/// </summary>
public static class ResponseReader
{
    /// <summary>
    /// Reads the head, interim ones too; with a fault it holds what came before the fault. It refers to the section's
    /// buffer, which must stay as long as the head is used. The section is not <see cref="FieldSection.IsTooLarge"/>.
    /// </summary>
    /// <param name="requestMethod">The method of the request that is answered: no body follows HEAD.</param>
    /// <param name="isEndStream">True if no DATA follows.</param>
    /// <param name="frameBytes">What the frames of the block came to.</param>
    public static MessageFault Read(
        FieldSection section, ResponseHead head, RequestMethod requestMethod, bool isEndStream, int frameBytes)
    {
        head.Reset(section.Buffer, 0);
        head.Version = ProtocolVersion.Http2;
        head.MinorVersion = 0;
        head.HeadBytes = frameBytes;
        head.Reusable = true;
        MessageFault fault = ReadStatus(section, head, isEndStream, out int index);
        for (; index < section.Count && fault == MessageFault.None; index++)
        {
            fault = ReadField(section, head, index);
        }

        if (fault != MessageFault.None)
        {
            return fault;
        }

        bool isWithoutBody = requestMethod == RequestMethod.Head || head.StatusCode is < 200 or 204 or 304;
        if (isEndStream && head.ContentLength > 0 && !isWithoutBody)
        {
            return MessageFault.ContentLengthDiffers;
        }

        head.Framing = isWithoutBody || (isEndStream && head.ContentLength < 0) ? BodyFraming.None
            : head.ContentLength >= 0 ? BodyFraming.Length(head.ContentLength)
            : BodyFraming.Chunked;
        return MessageFault.None;
    }

    private static MessageFault ReadStatus(FieldSection section, ResponseHead head, bool isEndStream, out int end)
    {
        bool isFound = false;
        for (end = 0; end < section.Count && FieldRules.IsPseudo(section.Name(end)); end++)
        {
            if (!section.Name(end).SequenceEqual(":status"u8))
            {
                return MessageFault.UndefinedPseudoHeader;
            }

            if (isFound)
            {
                return MessageFault.RepeatedPseudoHeader;
            }

            isFound = true;
            if (!TryReadStatusCode(section.Value(end), head))
            {
                return MessageFault.InvalidStatus;
            }
        }

        return !isFound ? MessageFault.MissingPseudoHeader
            : head.StatusCode == 101 ? MessageFault.SwitchingProtocols
            : head.IsInterim && isEndStream ? MessageFault.InterimEndsStream
            : MessageFault.None;
    }

    private static bool TryReadStatusCode(ReadOnlySpan<byte> value, ResponseHead head)
    {
        if (value.Length != 3 || value[0] == '0' || !ContentLength.TryRead(value, out ulong statusCode))
        {
            return false;
        }

        head.StatusCode = (int)statusCode;
        return true;
    }

    private static MessageFault ReadField(FieldSection section, ResponseHead head, int index)
    {
        HeaderField field = section[index];
        ReadOnlySpan<byte> name = section.Name(index);
        ReadOnlySpan<byte> value = section.Value(index);
        MessageFault fault = FieldRules.IsPseudo(name)
            ? MessageFault.PseudoHeaderAfterField
            : FieldRules.Check(name, value, field.Known, isRequest: false);
        if (fault != MessageFault.None)
        {
            return fault;
        }

        if (field.Known == KnownHeader.ContentLength)
        {
            // In 1xx and 204 the field must not be. Source: RFC 9110 §8.6.
            bool isDropped = head.ContentLength >= 0 || head.StatusCode is < 200 or 204;
            long length = head.ContentLength;
            if (!FieldRules.TryReadLength(value, ref length))
            {
                return MessageFault.InvalidContentLength;
            }

            head.ContentLength = length;
            field = isDropped ? field.With(FieldFlags.NotForwarded) : field;
        }

        if (!head.Fields.TryAdd(field))
        {
            head.Refuse(ResponseRefusal.TooManyHeaders);
        }

        return MessageFault.None;
    }
}
