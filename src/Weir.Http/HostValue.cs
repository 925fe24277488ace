using System.Buffers;

namespace Weir.Http;

/// <summary>
/// What may stand in Host, and as the authority of a target: <c>uri-host [ ":" port ]</c>. It checks characters and
/// never looks a name up. Source: RFC 9112 §3.2; RFC 3986 §3.2.2, §3.2.3.
/// </summary>
internal static class HostValue
{
    // unreserved and sub-delims. An IPv4 address is made of them as well.
    private static readonly SearchValues<byte> _name = SearchValues.Create(
        "-._~!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> _ipv6 = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    /// <summary>An empty value is none: whether it may be is the caller's to say.</summary>
    public static bool IsHost(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return false;
        }

        int end;
        if (value[0] == '[')
        {
            end = value.IndexOf((byte)']') + 1;
            if (end < 4 || value[1..(end - 1)].ContainsAnyExcept(_ipv6))
            {
                return false;
            }
        }
        else
        {
            int colon = value.IndexOf((byte)':');
            end = colon < 0 ? value.Length : colon;
            // A port without a host names nothing. Source: RFC 9110 §4.2.1.
            if (end == 0 || !IsName(value[..end]))
            {
                return false;
            }
        }

        return end == value.Length || (value[end] == ':' && !value[(end + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9'));
    }

    // reg-name = *( unreserved / pct-encoded / sub-delims )
    private static bool IsName(ReadOnlySpan<byte> name)
    {
        int other;
        while ((other = name.IndexOfAnyExcept(_name)) >= 0)
        {
            if (name[other] != '%' || name.Length < other + 3
                || !char.IsAsciiHexDigit((char)name[other + 1]) || !char.IsAsciiHexDigit((char)name[other + 2]))
            {
                return false;
            }

            name = name[(other + 3)..];
        }

        return true;
    }
}
