namespace Weir.Http.Http2.Messages;

/// <summary>
/// Makes a request head of the fields of a block, where they lie: the same head that the parser of HTTP/1.1 fills, with
/// :authority as Host and one Cookie. It has no state of its own. Source: RFC 9113 §8.3.1.
/// </summary>
public static class RequestReader
{
    /// <summary>
    /// Reads the head; with a fault it holds what came before the fault. Without one it may still be refused
    /// (<see cref="RequestHead.Refusal"/>), for what the rules of HTTP/1.1 refuse too. It refers to the section's
    /// buffer, which must stay as long as the head is used. The section is not <see cref="FieldSection.IsTooLarge"/>.
    /// </summary>
    /// <param name="isEndStream">True if no DATA follows.</param>
    /// <param name="frameBytes">What the frames of the block came to.</param>
    public static MessageFault Read(FieldSection section, RequestHead head, bool isEndStream, int frameBytes)
    {
        head.Reset(section.Buffer, 0);
        head.Version = ProtocolVersion.Http2;
        head.MinorVersion = 0;
        head.HeadBytes = frameBytes;
        RequestPseudoHeaders pseudo = default;
        MessageFault fault = pseudo.Take(section, out int firstField);
        head.SetMethod(pseudo.Method ?? default);
        head.SetOrigin(pseudo.Scheme ?? default, pseudo.Authority ?? default);
        if (fault == MessageFault.None)
        {
            fault = ReadControlData(section, head, pseudo);
        }

        long length = -1;
        if (fault == MessageFault.None)
        {
            fault = ReadFields(section, head, firstField, pseudo.Authority, ref length);
        }

        if (fault == MessageFault.None && isEndStream && length > 0)
        {
            fault = MessageFault.ContentLengthDiffers;
        }

        head.Framing = length >= 0 ? BodyFraming.Length(length)
            : isEndStream ? BodyFraming.None
            : BodyFraming.Chunked;
        RequestSemantics.Apply(head);
        return fault;
    }

    private static MessageFault ReadControlData(
        FieldSection section, RequestHead head, in RequestPseudoHeaders pseudo)
    {
        if (pseudo.Method is null)
        {
            return MessageFault.MissingPseudoHeader;
        }

        if (!HttpCharacters.IsToken(head.Method))
        {
            return MessageFault.InvalidMethod;
        }

        if (pseudo.Authority is not null && !HostValue.IsHost(head.Authority))
        {
            return MessageFault.InvalidAuthority;
        }

        return head.KnownMethod == RequestMethod.Connect
            ? ReadConnect(head, pseudo)
            : ReadTarget(section, head, pseudo);
    }

    // Source: RFC 9113 §8.5.
    private static MessageFault ReadConnect(RequestHead head, in RequestPseudoHeaders pseudo)
    {
        if (pseudo.Scheme is not null || pseudo.Path is not null)
        {
            return MessageFault.PseudoHeaderWithConnect;
        }

        if (pseudo.Authority is not { } target)
        {
            return MessageFault.MissingPseudoHeader;
        }

        ByteRange whole = new(0, target.Length);
        head.SetTarget(target, new TargetParts(TargetForm.Authority, default, whole, default, default));
        return MessageFault.None;
    }

    private static MessageFault ReadTarget(FieldSection section, RequestHead head, in RequestPseudoHeaders pseudo)
    {
        if (pseudo.Scheme is not { } scheme || pseudo.Path is not { } path)
        {
            return MessageFault.MissingPseudoHeader;
        }

        if (!TargetParts.IsScheme(head.Scheme))
        {
            return MessageFault.InvalidScheme;
        }

        ReadOnlySpan<byte> target = section.Buffer.AsSpan(path.Offset, path.Length);
        if (!TargetParts.TrySplit(target, head.KnownMethod, out TargetParts parts)
            || (parts.Form == TargetForm.Asterisk && head.KnownMethod != RequestMethod.Options)
            || parts.Form == TargetForm.Absolute
            || target.Contains((byte)' ') || target.ContainsAny(HttpCharacters.Control))
        {
            return MessageFault.InvalidPath;
        }

        head.SetTarget(path, parts);
        head.SetOrigin(scheme, pseudo.Authority ?? default);
        return MessageFault.None;
    }

    private static MessageFault ReadFields(
        FieldSection section, RequestHead head, int index, ByteRange? authority, ref long length)
    {
        FieldTable fields = head.Fields;
        if (authority is { } host)
        {
            fields.TryAdd(new HeaderField(
                section.Append("host"u8), 4, host.Offset, host.Length, KnownHeader.Host, FieldFlags.None));
        }

        int cookie = -1;
        for (; index < section.Count; index++)
        {
            HeaderField field = section[index];
            ReadOnlySpan<byte> value = section.Value(index);
            MessageFault fault = Check(section.Name(index), value, field.Known);
            switch (field.Known)
            {
                case KnownHeader.Host when fields.Contains(KnownHeader.Host) && fault == MessageFault.None:
                    // The first stands for all: the one made of :authority, or the first that came.
                    if (!AuthorityComparison.AreSame(
                        value, fields.Value(fields.IndexOf(KnownHeader.Host)), head.Scheme))
                    {
                        fault = MessageFault.HostDiffers;
                    }

                    break;
                case KnownHeader.Cookie when cookie >= 0 && fault == MessageFault.None:
                    JoinCookie(section, fields, cookie, value, field.Flags);
                    break;
                default:
                    cookie = field.Known == KnownHeader.Cookie ? fields.Count : cookie;
                    fault = fault == MessageFault.None ? Add(section, head, index, ref length) : fault;
                    break;
            }

            if (fault != MessageFault.None)
            {
                return fault;
            }
        }

        return MessageFault.None;
    }

    private static MessageFault Check(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, KnownHeader known) =>
        FieldRules.IsPseudo(name)
            ? MessageFault.PseudoHeaderAfterField
            : FieldRules.Check(name, value, known, isRequest: true);

    private static MessageFault Add(FieldSection section, RequestHead head, int index, ref long length)
    {
        HeaderField field = section[index];
        FieldFlags flags = FieldFlags.None;
        switch (field.Known)
        {
            case KnownHeader.ContentLength:
                flags = length >= 0 ? FieldFlags.NotForwarded : FieldFlags.None;
                if (!FieldRules.TryReadLength(section.Value(index), ref length))
                {
                    return MessageFault.InvalidContentLength;
                }

                break;
            case KnownHeader.Expect:
                // Neither answered nor passed on. Source: ALB user guide.
                flags = FieldFlags.NotForwarded;
                break;
            case KnownHeader.Other:
                flags = RequestClassifier.JudgeField(
                    head, field.Known, section.Name(index), padded: false, section.Value(index), hasControls: false);
                break;
            default:
                break;
        }

        if (!head.Fields.TryAdd(field.With(flags)))
        {
            head.Refuse(RequestRefusal.TooManyHeaders);
        }

        return MessageFault.None;
    }

    // One value, with "; " between what came apart. It is made behind the fields. Source: RFC 9113 §8.2.3.
    private static void JoinCookie(
        FieldSection section, FieldTable fields, int index, ReadOnlySpan<byte> value, FieldFlags flags)
    {
        HeaderField first = fields[index];
        int offset = first.ValueOffset;
        if (offset + first.ValueLength != section.UsedBytes)
        {
            offset = section.Append(fields.Value(index));
        }

        section.Append("; "u8);
        section.Append(value);
        fields.SetValue(index, offset, section.UsedBytes - offset);
        fields.Mark(index, flags);
    }
}
