namespace Weir.Http.Http2.Messages;

/// <summary>
/// The pseudo-header fields of a request, as places in its section. It finds them and leaves judging their values to
/// the reader. Source: RFC 9113 §8.3.1.
/// </summary>
internal struct RequestPseudoHeaders
{
    public ByteRange? Method { get; private set; }

    public ByteRange? Scheme { get; private set; }

    public ByteRange? Path { get; private set; }

    public ByteRange? Authority { get; private set; }

    /// <summary>
    /// Takes all that stand before the first field, whose index is <paramref name="end"/>. The first fault is returned,
    /// and what is behind it still taken, for the log.
    /// </summary>
    public MessageFault Take(FieldSection section, out int end)
    {
        MessageFault fault = MessageFault.None;
        for (end = 0; end < section.Count && FieldRules.IsPseudo(section.Name(end)); end++)
        {
            MessageFault found = Take(
                section.Name(end), new ByteRange(section[end].ValueOffset, section[end].ValueLength));
            fault = fault == MessageFault.None ? found : fault;
        }

        return fault;
    }

    private MessageFault Take(ReadOnlySpan<byte> name, ByteRange value)
    {
        bool isRepeated;
        switch (name)
        {
            case [(byte)':', (byte)'m', ..] when name.SequenceEqual(":method"u8):
                isRepeated = Method is not null;
                Method ??= value;
                break;
            case [(byte)':', (byte)'s', ..] when name.SequenceEqual(":scheme"u8):
                isRepeated = Scheme is not null;
                Scheme ??= value;
                break;
            case [(byte)':', (byte)'p', ..] when name.SequenceEqual(":path"u8):
                isRepeated = Path is not null;
                Path ??= value;
                break;
            case [(byte)':', (byte)'a', ..] when name.SequenceEqual(":authority"u8):
                isRepeated = Authority is not null;
                Authority ??= value;
                break;
            default:
                return MessageFault.UndefinedPseudoHeader;
        }

        return isRepeated ? MessageFault.RepeatedPseudoHeader : MessageFault.None;
    }
}
