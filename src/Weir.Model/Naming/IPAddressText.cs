using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Weir.Model;

/// <summary>IP addresses as configuration writes them: dotted quads and RFC 4291 text, nothing shorter or older.</summary>
public static class IPAddressText
{
    public static bool TryParse(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        // The framework also reads `1`, `127.1`, `0x7f.1` and zone ids, which are no addresses of a target.
        return IPAddress.TryParse(text, out address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6
                ? !text.AsSpan().ContainsAny("[]%")
                : address.ToString() == text);
    }
}
