using System.Text;

namespace Weir.Diagnosis.Probing;

/// <summary>The probe's requests, made once: the bytes of HTTP/1.1, and the fields of HTTP/2. Immutable.</summary>
internal sealed class ProbeRequest
{
    private const int FieldHeadBytes = 64;

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
        Fields = [.. FieldsOf(options, hasUserAgent).Select(static field => (Encoding.Latin1.GetBytes(field.Name), Encoding.Latin1.GetBytes(field.Value)))];
        // Twice a name, which is made small in there, and what an index and two lengths take.
        FieldBlockBytes = Fields.Sum(static field => (2 * field.Name.Length) + field.Value.Length + FieldHeadBytes);
    }

    /// <summary>As a balancer sends it.</summary>
    public byte[] Plain { get; }

    /// <summary>With <c>Connection: keep-alive</c>: some servers tell their timeout only then.</summary>
    public byte[] Asking { get; }

    /// <summary>Over HTTP/2, pseudo-header fields first.</summary>
    public IReadOnlyList<(byte[] Name, byte[] Value)> Fields { get; }

    /// <summary>The most that they take as a field block, however they are written.</summary>
    public int FieldBlockBytes { get; }

    public byte[] Of(bool asks) => asks ? Asking : Plain;

    private static IEnumerable<(string Name, string Value)> FieldsOf(ProbeOptions options, bool hasUserAgent)
    {
        yield return (":method", "GET");
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
    }
}
