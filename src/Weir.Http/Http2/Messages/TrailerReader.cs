namespace Weir.Http.Http2.Messages;

/// <summary>
/// Judges a trailer section, whose fields stay where they are. Which of them go on is
/// <see cref="TrailerFields.IsForbidden(KnownHeader)"/>. Source: RFC 9113 §8.1.
/// </summary>
public static class TrailerReader
{
    public static MessageFault Check(FieldSection section)
    {
        for (int index = 0; index < section.Count; index++)
        {
            ReadOnlySpan<byte> name = section.Name(index);
            if (FieldRules.IsPseudo(name))
            {
                return MessageFault.PseudoHeaderInTrailers;
            }

            MessageFault fault = FieldRules.Check(
                name, section.Value(index), section[index].Known, isRequest: false);
            if (fault != MessageFault.None)
            {
                return fault;
            }
        }

        return MessageFault.None;
    }
}
