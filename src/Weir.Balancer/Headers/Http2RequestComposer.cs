using System.Buffers.Text;
using System.Diagnostics;
using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;

namespace Weir.Balancer;

/// <summary>
/// Composes the field block that a target gets over HTTP/2: the same fields as <see cref="RequestHeadComposer"/>, in the same order,
/// without what belongs to a connection of HTTP/1.1. How large it is, is known before the encoder is used: whoever sends the block
/// holds <see cref="SectionBytes"/> against <see cref="MaxSectionBytes"/> first.
/// </summary>
internal readonly ref struct Http2RequestComposer
{
    /// <summary>
    /// The most that is sent to a target over HTTP/2, in bytes of fields and 32 for each: 64 K of a client's fields, with
    /// X-Amzn-Mtls-Clientcert of the largest TLS message (64 KiB; 92 KiB in PEM as in URLs, somewhat more of many certificates) and
    /// the other fields that are added. What is sent to a target over HTTP/1.1 is no larger.
    /// </summary>
    public const int MaxSectionBytes = 192 * 1024;

    private readonly Exchange _exchange;
    private readonly Span<byte> _block;
    private readonly ReadOnlySpan<byte> _lines;
    private readonly int _hostBytes;

    /// <param name="exchange">Whose target is chosen.</param>
    /// <param name="memory">Of the loop, until the block is sent: the first half is for the block, the second for lines.</param>
    public Http2RequestComposer(Exchange exchange, byte[] memory)
    {
        int half = memory.Length / 2;
        Debug.Assert(half >= MaxSectionBytes + HttpLimits.RequestHeadersBytes, "a section that may be sent fits, with its longest name once more");
        _exchange = exchange;
        _block = memory.AsSpan(0, half);
        var lines = new HeadWriter(memory.AsSpan(half));
        HostRule.Append(ref lines, exchange);
        _hostBytes = lines.Length;
        RequestHeadComposer.AppendAdded(ref lines, exchange);
        if (lines.Overflowed)
        {
            SectionBytes = half;
            return;
        }

        _lines = lines.Written;
        var size = new FieldSectionSize();
        TryAppend(ref size);
        SectionBytes = size.Bytes;
    }

    /// <summary>Bytes of the section, uncompressed, with 32 for each field; of one that is far over the limit, at least so many. Source: RFC 9113 §6.5.2.</summary>
    public int SectionBytes { get; }

    /// <summary>The bytes of the block, which lies at the beginning of the memory. It fits if the section is within its limit; else -1.</summary>
    public int Compose(HpackEncoder encoder)
    {
        var block = new FieldBlockWriter(encoder, _block);
        return TryAppend(ref block) ? block.Length : -1;
    }

    private bool TryAppend<TSink>(ref TSink sink)
        where TSink : struct, IFieldSink, allows ref struct
    {
        RequestHead request = _exchange.Client.Request;
        if (!TryAppendPseudo(ref sink, request) || !Http2Fields.TryAppendLines(ref sink, _lines[_hostBytes..]))
        {
            return false;
        }

        FieldTable fields = request.Fields;
        for (int i = 0; i < fields.Count; i++)
        {
            if (RequestHeadComposer.IsPassedOn(_exchange, i) && !sink.TryAppend(fields.Name(i), fields[i], fields.Value(i)))
            {
                return false;
            }
        }

        if (request.Framing.Kind == BodyKind.Length)
        {
            Span<byte> digits = stackalloc byte[20];
            _ = Utf8Formatter.TryFormat(request.Framing.LengthBytes, digits, out int length);
            if (!sink.TryAppend("content-length"u8, digits[..length]))
            {
                return false;
            }
        }

        // It belongs to one hop, and this hop takes trailers as well. Source: RFC 9110 §10.1.4.
        return !fields.Contains(KnownHeader.Te) || sink.TryAppend("te"u8, "trailers"u8);
    }

    private bool TryAppendPseudo<TSink>(ref TSink sink, RequestHead request)
        where TSink : struct, IFieldSink, allows ref struct =>
        sink.TryAppend(":method"u8, request.Method)
        && sink.TryAppend(":scheme"u8, _exchange.Target!.Tls is null ? "http"u8 : "https"u8)
        && sink.TryAppend(":authority"u8, FirstValue(_lines[.._hostBytes]))
        && sink.TryAppend(":path"u8, request.Target);

    // `Host: value CRLF`, and perhaps more lines of it.
    private static ReadOnlySpan<byte> FirstValue(ReadOnlySpan<byte> lines)
    {
        ReadOnlySpan<byte> line = lines[..lines.IndexOf("\r\n"u8)];
        return line[(line.IndexOf((byte)':') + 2)..];
    }
}
