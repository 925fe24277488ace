namespace Weir.LogGenerator.World;

/// <summary>The log's type, cipher and version of TLS of a client's connection.</summary>
internal sealed record ClientProtocol(string Type, string Scheme, int Port, string Cipher, string TlsVersion, string HttpVersion)
{
    public static ClientProtocol Http { get; } = new("http", "http", 80, "-", "-", "HTTP/1.1");

    public static ClientProtocol Https { get; } = new("https", "https", 443, "ECDHE-RSA-AES128-GCM-SHA256", "TLSv1.2", "HTTP/1.1");

    public static ClientProtocol Http2 { get; } = new("h2", "https", 443, "TLS_AES_128_GCM_SHA256", "TLSv1.3", "HTTP/2.0");
}
