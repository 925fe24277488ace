using System.Globalization;

namespace Weir.Balancer.Tests;

/// <summary>Takes the chunked framing off a whole body, the plain way. Source: RFC 9112 §7.1.</summary>
internal static class Chunked
{
    public static string Decode(string body)
    {
        string data = "";
        int at = 0;
        while (true)
        {
            int lineEnd = body.IndexOf("\r\n", at, StringComparison.Ordinal);
            int size = int.Parse(body.AsSpan(at, lineEnd - at), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at = lineEnd + 2;
            if (size == 0)
            {
                Assert.Equal("\r\n", body[at..]);
                return data;
            }

            data += body.Substring(at, size);
            Assert.Equal("\r\n", body.Substring(at + size, 2));
            at += size + 2;
        }
    }
}
