using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Weir.Model;

namespace Weir.Configuration;

/// <summary>Where to listen, as `--listen` gives it.</summary>
/// <param name="Address">The local address.</param>
/// <param name="Port">0: the system chooses.</param>
/// <param name="IsDefaultAddress">Only a port was given, so only this machine is served.</param>
/// <param name="IsTls">HTTPS.</param>
internal sealed record ListenAddress(IPAddress Address, int Port, bool IsDefaultAddress, bool IsTls = false)
{
    public const string Allowed = "PORT, ADDRESS:PORT or [IPV6]:PORT, with a port of 0–65535";
    public const string AllowedForListeners = Allowed + ", and https:// in front for TLS";

    private const string Http = "http://";
    private const string Https = "https://";

    public static ListenAddress Default { get; } = new(IPAddress.Loopback, 8080, IsDefaultAddress: true);

    public IPEndPoint EndPoint => new(Address, Port);

    /// <summary>Reads one value that may have a scheme in front; null with a sentence that says what is wrong.</summary>
    public static ListenAddress? ParseWithScheme(string text, out string? error)
    {
        bool isTls = text.StartsWith(Https, StringComparison.OrdinalIgnoreCase);
        int scheme = isTls ? Https.Length : text.StartsWith(Http, StringComparison.OrdinalIgnoreCase) ? Http.Length : 0;
        string rest = text[scheme..];
        if (rest.IndexOf("://", StringComparison.Ordinal) is var at and >= 0)
        {
            error = $"'{rest[..at]}' is not a protocol of listeners";
            return null;
        }

        // A slash is what is left of a URL.
        return Parse(scheme > 0 && rest.EndsWith('/') ? rest[..^1] : rest, out error) is { } address
            ? address with { IsTls = isTls }
            : null;
    }

    /// <summary>Reads one value; null with a sentence that says what is wrong.</summary>
    public static ListenAddress? Parse(string text, out string? error)
    {
        error = null;
        int colon = text.LastIndexOf(':');
        string address = colon < 0 ? "" : text[..colon];
        if (!TryParsePort(text[(colon + 1)..], out int port))
        {
            bool isAddress = text.EndsWith(']') || (colon < 0 && IPAddressText.TryParse(text, out _));
            error = isAddress
                ? "the port is missing"
                : $"'{text[(colon + 1)..]}' is not a port";
            return null;
        }

        if (colon < 0)
        {
            return new ListenAddress(IPAddress.Loopback, port, IsDefaultAddress: true);
        }

        if (ParseAddress(address) is { } parsed)
        {
            return new ListenAddress(parsed, port, IsDefaultAddress: false);
        }

        error = address.Contains(':', StringComparison.Ordinal) && !address.StartsWith('[')
            ? "an IPv6 address stands in brackets"
            : $"'{address}' is not an IP address";
        return null;
    }

    // `*` and the empty address are what other servers call every IPv4 address.
    private static IPAddress? ParseAddress(string address)
    {
        if (address is "*" or "")
        {
            return IPAddress.Any;
        }

        bool bracketed = address.StartsWith('[') && address.EndsWith(']');
        return IPAddressText.TryParse(bracketed ? address[1..^1] : address, out IPAddress? parsed)
            && bracketed == (parsed.AddressFamily == AddressFamily.InterNetworkV6)
            ? parsed
            : address == "localhost" ? IPAddress.Loopback : null;
    }

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort;
}
