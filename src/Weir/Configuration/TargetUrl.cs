using System.Net;
using System.Net.Sockets;
using Weir.Model;

namespace Weir.Configuration;

/// <summary>A target as `--target` gives it: an address or a name, and a port.</summary>
internal sealed record TargetUrl(string Host, int Port, bool IsTls = false)
{
    public const string Allowed = "http://HOST:PORT or https://HOST:PORT, without a path";

    private const string Scheme = "http://";
    private const string TlsScheme = "https://";
    private const int DefaultPort = 80;
    private const int DefaultTlsPort = 443;

    /// <summary>Null for a name, which is to be looked up.</summary>
    public IPAddress? Address => IPAddressText.TryParse(Host, out IPAddress? address) ? address : null;

    /// <summary>Reads one value; null with a sentence that says what is wrong.</summary>
    public static TargetUrl? Parse(string text, out string? error)
    {
        bool isTls = text.StartsWith(TlsScheme, StringComparison.OrdinalIgnoreCase);
        string rest = isTls ? text[TlsScheme.Length..]
            : text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text[Scheme.Length..]
            : text;
        if (rest.Contains("://", StringComparison.Ordinal))
        {
            error = $"'{rest[..rest.IndexOf("://", StringComparison.Ordinal)]}' is not a protocol of targets";
            return null;
        }

        // One slash is the root and says nothing; more would be a path that is never sent.
        string authority = rest.EndsWith('/') ? rest[..^1] : rest;
        if (authority.AsSpan().IndexOfAny("/?#@") is var at and >= 0)
        {
            error = authority[at] == '@'
                ? "a user name means nothing to a balancer"
                : "a target has no path: each request keeps its own";
            return null;
        }

        return ParseAuthority(authority, isTls, out error);
    }

    public override string ToString() =>
        Address is { AddressFamily: AddressFamily.InterNetworkV6 } ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static TargetUrl? ParseAuthority(string authority, bool isTls, out string? error)
    {
        bool hasPort = authority.LastIndexOf(':') > authority.LastIndexOf(']');
        error = null;
        if (TargetEndpoint.TryParse(hasPort ? authority : $"{authority}:{(isTls ? DefaultTlsPort : DefaultPort)}", out TargetEndpoint? endpoint))
        {
            return new TargetUrl(endpoint.Host, endpoint.Port, isTls);
        }

        error = authority.Length == 0 ? "the host is missing" : "this is not a host with a port of 1–65535";
        return null;
    }
}
