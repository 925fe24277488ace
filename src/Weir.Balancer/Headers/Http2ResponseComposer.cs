using System.Buffers.Text;
using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;

namespace Weir.Balancer;

/// <summary>
/// Composes the field blocks that an HTTP/2 client gets: the same fields as <see cref="ResponseHeadComposer"/>, without what
/// belongs to a connection. Each returns the bytes of the block; -1 if it did not fit, which no head brings about: a target's is 32 K
/// and 512 fields at the most, and the scratch memory is many times as large. A client's SETTINGS_MAX_HEADER_LIST_SIZE is not looked
/// at: it is advice, and what an answer over it is worth is for the client to say of that stream. Source: RFC 9113 §6.5.2, §10.5.1.
/// </summary>
internal static class Http2ResponseComposer
{
    // Two cookies, each of less than half of it.
    private const int CookieBytes = 1024;

    public static int Compose(Exchange exchange, HpackEncoder encoder, byte[] destination)
    {
        ResponseHead response = exchange.Response;
        ListenerView listener = exchange.Listener;
        var block = new FieldBlockWriter(encoder, destination);
        bool fits = block.TryAppendStatus(response.StatusCode) && TryAppendFields(ref block, response, listener);
        if (response.ContentLength != ResponseHead.Absent && response.Framing.Kind is BodyKind.Length or BodyKind.None)
        {
            Span<byte> digits = stackalloc byte[20];
            _ = Utf8Formatter.TryFormat(response.ContentLength, digits, out int length);
            fits = fits && block.TryAppend("content-length"u8, digits[..length]);
        }

        Span<byte> cookies = stackalloc byte[CookieBytes];
        var lines = new HeadWriter(cookies);
        exchange.Stickiness.AppendCookies(ref lines, exchange);
        return fits && TryAppendInserted(ref block, listener) && Http2Fields.TryAppendLines(ref block, lines.Written) ? block.Length : -1;
    }

    public static int ComposeInterim(ResponseHead response, ListenerView listener, HpackEncoder encoder, byte[] destination)
    {
        var block = new FieldBlockWriter(encoder, destination);
        return block.TryAppendStatus(response.StatusCode) && TryAppendFields(ref block, response, listener) ? block.Length : -1;
    }

    public static int ComposePage(
        FailureReason reason, ListenerView listener, ReadOnlySpan<byte> date, HpackEncoder encoder, byte[] destination)
    {
        var block = new FieldBlockWriter(encoder, destination);
        bool fits = block.TryAppendStatus(FailureTable.Of(reason).StatusCode)
            && (!listener.Snapshot.ServerHeaderEnabled || block.TryAppend("server"u8, "awselb/2.0"u8))
            && block.TryAppend("date"u8, date)
            && Http2Fields.TryAppendLines(ref block, ErrorPage.Of(reason).Fields)
            && TryAppendInserted(ref block, listener);
        return fits ? block.Length : -1;
    }

    /// <summary>The same for a call by gRPC: a head that ends the stream. Source: ALB, observed; gRPC over HTTP2, Trailers-Only.</summary>
    public static int ComposeGrpcError(
        FailureReason reason, ListenerView listener, ReadOnlySpan<byte> date, HpackEncoder encoder, byte[] destination)
    {
        int code = FailureTable.Of(reason).StatusCode;
        var block = new FieldBlockWriter(encoder, destination);
        bool fits = block.TryAppendStatus(code)
            && (!listener.Snapshot.ServerHeaderEnabled || block.TryAppend("server"u8, "awselb/2.0"u8))
            && block.TryAppend("date"u8, date)
            && Http2Fields.TryAppendLines(ref block, GrpcStatus.FieldsOf(code))
            && TryAppendInserted(ref block, listener);
        return fits ? block.Length : -1;
    }

    private static bool TryAppendFields(ref FieldBlockWriter block, ResponseHead response, ListenerView listener)
    {
        FieldTable fields = response.Fields;
        for (int i = 0; i < fields.Count; i++)
        {
            if (ResponseHeadComposer.IsPassedOn(response, i, listener)
                && !block.TryAppend(fields.Name(i), fields[i], fields.Value(i)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryAppendInserted(ref FieldBlockWriter block, ListenerView listener)
    {
        foreach (Model.InsertedResponseHeader header in listener.Snapshot.InsertedResponseHeaders)
        {
            if (!Http2Fields.TryAppendLines(ref block, header.Line.AsSpan()))
            {
                return false;
            }
        }

        return true;
    }
}
