using System.Globalization;

namespace Weir.Diagnosis.Probing;

/// <summary>What is probed: scheme, host, port, and the path that is asked for. Immutable; it resolves nothing.</summary>
public sealed record ProbeUrl
{
    public const string Allowed = "http://HOST[:PORT][/PATH] or https://…";

    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    public required bool IsTls { get; init; }

    /// <summary>A name or an address; of an IPv6 address without its brackets.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>Path and query, as they go into the request.</summary>
    public required string Path { get; init; }

    /// <summary>`example.com`, `example.com:8080`, `[::1]:8080`: as a Host header says it.</summary>
    public string Authority
    {
        get
        {
            string host = Host.Contains(':') ? $"[{Host}]" : Host;
            return Port == (IsTls ? HttpsPort : HttpPort) ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{Port}");
        }
    }

    /// <summary>Reads an URL; without a scheme it is http. Null with a sentence that says what is wrong.</summary>
    public static ProbeUrl? Parse(string text, out string? error)
    {
        string whole = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        if (!Uri.TryCreate(whole, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
        {
            error = "this is not a URL";
            return null;
        }

        error = uri switch
        {
            { Scheme: not ("http" or "https") } => $"'{uri.Scheme}' cannot be probed",
            { UserInfo.Length: > 0 } => "a user name means nothing here; --header \"Authorization: …\" sends one",
            { Port: < 1 } => "the port is missing",
            _ => null,
        };
        return error is not null
            ? null
            : new ProbeUrl
            {
                IsTls = uri.Scheme == "https",
                Host = uri.IdnHost.Trim('[', ']'),
                Port = uri.Port,
                Path = uri.PathAndQuery,
            };
    }

    public override string ToString() => $"{(IsTls ? "https" : "http")}://{Authority}{Path}";
}
