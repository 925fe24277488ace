using System.Buffers.Text;
using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;

namespace Weir.Balancer;

/// <summary>
/// Composes the field block that a target gets over HTTP/2: the same fields as <see cref="RequestHeadComposer"/>, in the same order,
/// without what belongs to a connection of HTTP/1.1.
/// </summary>
internal static class Http2RequestComposer
{
    /// <summary>
    /// The bytes of the block; -1 if it did not fit, when the connection has to end. The second half of the destination is scratch.
    /// </summary>
    public static int Compose(Exchange exchange, HpackEncoder encoder, byte[] destination)
    {
        RequestHead request = exchange.Client.Request;
        int half = destination.Length / 2;
        var block = new FieldBlockWriter(encoder, destination.AsSpan(0, half));
        var lines = new HeadWriter(destination.AsSpan(half));
        HostRule.Append(ref lines, exchange);
        int hostBytes = lines.Length;
        bool fits = TryAppendPseudo(ref block, request, exchange.Target!, FirstValue(lines.Written));
        RequestHeadComposer.AppendAdded(ref lines, exchange);
        fits = fits && !lines.Overflowed && Http2Fields.TryAppendLines(ref block, lines.Written[hostBytes..]);

        FieldTable fields = request.Fields;
        for (int i = 0; i < fields.Count; i++)
        {
            if (RequestHeadComposer.IsPassedOn(exchange, i))
            {
                fits = fits && block.TryAppend(fields.Name(i), fields[i], fields.Value(i));
            }
        }

        if (request.Framing.Kind == BodyKind.Length)
        {
            Span<byte> digits = stackalloc byte[20];
            _ = Utf8Formatter.TryFormat(request.Framing.LengthBytes, digits, out int length);
            fits = fits && block.TryAppend("content-length"u8, digits[..length]);
        }

        // It belongs to one hop, and this hop takes trailers as well. Source: RFC 9110 §10.1.4.
        if (request.Fields.Contains(KnownHeader.Te))
        {
            fits = fits && block.TryAppend("te"u8, "trailers"u8);
        }

        return fits ? block.Length : -1;
    }

    private static bool TryAppendPseudo(ref FieldBlockWriter block, RequestHead request, LoopTarget target, scoped ReadOnlySpan<byte> host) =>
        block.TryAppend(":method"u8, request.Method)
        && block.TryAppend(":scheme"u8, target.Tls is null ? "http"u8 : "https"u8)
        && block.TryAppend(":authority"u8, host)
        && block.TryAppend(":path"u8, request.Target);

    // `Host: value CRLF`, and perhaps more lines of it.
    private static ReadOnlySpan<byte> FirstValue(ReadOnlySpan<byte> lines)
    {
        ReadOnlySpan<byte> line = lines[..lines.IndexOf("\r\n"u8)];
        return line[(line.IndexOf((byte)':') + 2)..];
    }
}
