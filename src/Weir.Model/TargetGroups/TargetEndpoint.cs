using System.Diagnostics.CodeAnalysis;

namespace Weir.Model;

/// <summary>Where a target is reached: an IP address or a host name to be resolved, and a port. Immutable.</summary>
public sealed record TargetEndpoint(string Host, int Port)
{
    public const string Allowed = "HOST:PORT, with brackets around an IPv6 address and a port of 1–65535";

    /// <summary>Reads `host:80`, `10.0.0.1:80` or `[::1]:80`.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TargetEndpoint? endpoint)
    {
        endpoint = null;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !DecimalNumber.TryParse(text[(colon + 1)..], 1, 65535, out var port))
        {
            return false;
        }

        var host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
            if (!host.Contains(':', StringComparison.Ordinal) || !IPAddressText.TryParse(host, out _))
            {
                return false;
            }
        }
        else if (Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4))
        {
            return false;
        }

        endpoint = new TargetEndpoint(host, port);
        return true;
    }

    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
