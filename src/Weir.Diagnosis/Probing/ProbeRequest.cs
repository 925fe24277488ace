using System.Text;

namespace Weir.Diagnosis.Probing;

/// <summary>The bytes of the probe's requests, made once. Immutable.</summary>
internal sealed class ProbeRequest
{
    public ProbeRequest(ProbeOptions options)
    {
        var head = new StringBuilder()
            .Append("GET ").Append(options.Url.Path).Append(" HTTP/1.1\r\nHost: ").Append(options.Host ?? options.Url.Authority).Append("\r\n");
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

        Plain = Encoding.Latin1.GetBytes($"{head}Accept: */*\r\n\r\n");
        Asking = Encoding.Latin1.GetBytes($"{head}Accept: */*\r\nConnection: keep-alive\r\n\r\n");
    }

    /// <summary>As a balancer sends it.</summary>
    public byte[] Plain { get; }

    /// <summary>With <c>Connection: keep-alive</c>: some servers tell their timeout only then.</summary>
    public byte[] Asking { get; }

    public byte[] Of(bool asks) => asks ? Asking : Plain;
}
