using System.Globalization;
using System.Text;

namespace Weir.Diagnosis.Probing;

/// <summary>The probe's requests, made once: the bytes of HTTP/1.1, and the fields of HTTP/2. Immutable.</summary>
internal sealed class ProbeRequest
{
    public const string BodyType = "application/json";

    /// <param name="options">Where it goes, and what is on it.</param>
    /// <param name="method">GET, or another that goes with the body.</param>
    /// <param name="body">JSON; empty: none.</param>
    public ProbeRequest(ProbeOptions options, string method = "GET", string body = "")
    {
        var head = new StringBuilder()
            .Append(method).Append(' ').Append(options.Url.Path).Append(" HTTP/1.1\r\nHost: ").Append(options.Host ?? options.Url.Authority).Append("\r\n");
        bool hasUserAgent = false;
        foreach ((string name, string value) in options.Headers)
        {
            hasUserAgent |= name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase);
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        if (!hasUserAgent)
        {
            head.Append("User-Agent: ").Append(options.UserAgent).Append("\r\n");
        }

        head.Append("Accept: */*\r\n");
        if (body.Length > 0)
        {
            head.Append("Content-Type: ").Append(BodyType).Append("\r\nContent-Length: ").Append(body.Length).Append("\r\n");
        }

        Plain = Encoding.Latin1.GetBytes($"{head}\r\n{body}");
        Asking = Encoding.Latin1.GetBytes($"{head}Connection: keep-alive\r\n\r\n{body}");
        OverHttp2 = new Http2Request(FieldsOf(options, hasUserAgent, method, body), body);
    }

    /// <summary>As a balancer sends it.</summary>
    public byte[] Plain { get; }

    /// <summary>With <c>Connection: keep-alive</c>: some servers tell their timeout only then.</summary>
    public byte[] Asking { get; }

    public Http2Request OverHttp2 { get; }

    public byte[] Of(bool asks) => asks ? Asking : Plain;

    private static IEnumerable<(string Name, string Value)> FieldsOf(ProbeOptions options, bool hasUserAgent, string method, string body)
    {
        yield return (":method", method);
        yield return (":scheme", options.Url.IsTls ? "https" : "http");
        yield return (":authority", options.Host ?? options.Url.Authority);
        yield return (":path", options.Url.Path);
        foreach ((string name, string value) in options.Headers)
        {
            yield return (name, value);
        }

        if (!hasUserAgent)
        {
            yield return ("user-agent", options.UserAgent);
        }

        yield return ("accept", "*/*");
        if (body.Length > 0)
        {
            yield return ("content-type", BodyType);
            yield return ("content-length", body.Length.ToString(CultureInfo.InvariantCulture));
        }
    }
}
