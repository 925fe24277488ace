using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;

namespace Weir.Balancer;

/// <summary>Field blocks of lines as HTTP/1.1 writes them: what is written there for both versions is composed once.</summary>
internal static class Http2Fields
{
    /// <summary>The bytes of the block; -1 if it did not fit, which trailers within their limits (8 K, 64 fields) cannot bring about.</summary>
    /// <param name="lines">As a chunked body ends with them.</param>
    /// <param name="encoder">The connection's.</param>
    /// <param name="destination">Receives the block.</param>
    public static int ComposeTrailers(ReadOnlySpan<byte> lines, HpackEncoder encoder, byte[] destination)
    {
        var block = new FieldBlockWriter(encoder, destination);
        return TryAppendLines(ref block, lines) ? block.Length : -1;
    }

    /// <summary>Appends lines <c>name: value CRLF</c>, any number of them.</summary>
    public static bool TryAppendLines<TSink>(ref TSink block, scoped ReadOnlySpan<byte> lines)
        where TSink : struct, IFieldSink, allows ref struct
    {
        while (!lines.IsEmpty)
        {
            int end = lines.IndexOf("\r\n"u8);
            ReadOnlySpan<byte> line = lines[..end];
            lines = lines[(end + 2)..];
            int colon = line.IndexOf((byte)':');
            if (!block.TryAppend(line[..colon], line[(colon + 1)..].Trim(" \t"u8)))
            {
                return false;
            }
        }

        return true;
    }
}
