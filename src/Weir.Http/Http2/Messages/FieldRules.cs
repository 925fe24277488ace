using System.Text;

namespace Weir.Http.Http2.Messages;

/// <summary>
/// What holds of every field, in requests, responses and trailers. It judges one field at a time and keeps nothing.
/// Source: RFC 9113 §8.2.
/// </summary>
internal static class FieldRules
{
    private const ulong ConnectionSpecific =
        (1UL << (int)KnownHeader.Connection) | (1UL << (int)KnownHeader.ProxyConnection)
        | (1UL << (int)KnownHeader.KeepAlive) | (1UL << (int)KnownHeader.TransferEncoding)
        | (1UL << (int)KnownHeader.Upgrade);

    public static bool IsPseudo(ReadOnlySpan<byte> name) => !name.IsEmpty && name[0] == ':';

    /// <summary>Judges a field whose name does not begin with a colon.</summary>
    /// <param name="isRequest">TE is for requests only.</param>
    public static MessageFault Check(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, KnownHeader known, bool isRequest)
    {
        if (name.IsEmpty || name.ContainsAnyExcept(HttpCharacters.LowerCaseToken))
        {
            return MessageFault.InvalidFieldName;
        }

        if (!IsValue(value))
        {
            return MessageFault.InvalidFieldValue;
        }

        if ((ConnectionSpecific & (1UL << (int)known)) != 0)
        {
            return MessageFault.ConnectionSpecificField;
        }

        return known == KnownHeader.Te && !(isRequest && IsTrailersOnly(value))
            ? MessageFault.InvalidTe
            : MessageFault.None;
    }

    public static bool IsValue(ReadOnlySpan<byte> value) =>
        value.IsEmpty
        || (!HttpCharacters.IsBlank(value[0]) && !HttpCharacters.IsBlank(value[^1])
            && !value.ContainsAny(HttpCharacters.ValueControl));

    /// <summary>
    /// Reads one Content-Length beside those before it, of which <paramref name="length"/> is the value or -1. False if
    /// it is no length, or another one.
    /// </summary>
    public static bool TryReadLength(ReadOnlySpan<byte> value, ref long length)
    {
        if (value.IsEmpty || !ContentLength.TryRead(value, out ulong read) || read > long.MaxValue
            || (length >= 0 && length != (long)read))
        {
            return false;
        }

        length = (long)read;
        return true;
    }

    private static bool IsTrailersOnly(ReadOnlySpan<byte> value)
    {
        ListReader list = new(value);
        while (list.TryNext(out ReadOnlySpan<byte> element))
        {
            if (!Ascii.EqualsIgnoreCase(element, "trailers"u8))
            {
                return false;
            }
        }

        return true;
    }
}
