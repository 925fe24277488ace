using System.Text;
using Weir.Http;
using Weir.Model;

namespace Weir.Balancer;

/// <summary>
/// Composes the HTTP/1.1 heads that a client gets: the target's, passed on with its fields in their order and spelling
/// less those of the target's hop, and the balancer's own.
/// </summary>
internal static class ResponseHeadComposer
{
    /// <summary>The framing that the client can take: chunked only from HTTP/1.1 on.</summary>
    public static BodyKind FramingFor(ResponseHead response, ProtocolVersion clientVersion) =>
        response.Framing.Kind is BodyKind.Chunked or BodyKind.UntilClose
            ? (clientVersion >= ProtocolVersion.Http11 ? BodyKind.Chunked : BodyKind.UntilClose)
            : response.Framing.Kind;

    public static int Compose(Exchange exchange, BodyKind framing, byte[] destination)
    {
        ResponseHead response = exchange.Response;
        ListenerView listener = exchange.Listener;
        var writer = new HeadWriter(destination);
        AppendStatusLine(ref writer, response);
        AppendFields(ref writer, response, listener);
        if (response.ContentLength != ResponseHead.Absent && framing is BodyKind.Length or BodyKind.None)
        {
            writer.AppendField("Content-Length"u8, response.ContentLength);
        }

        if (framing == BodyKind.Chunked)
        {
            writer.Append("Transfer-Encoding: chunked\r\n"u8);
        }

        AppendInserted(ref writer, listener);
        exchange.Stickiness.AppendCookies(ref writer, exchange);
        writer.Append(response.StatusCode == 101 ? "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"u8
            : exchange.KeepsClientOpen ? "Connection: keep-alive\r\n\r\n"u8
            : "Connection: close\r\n\r\n"u8);
        return writer.Length;
    }

    public static int ComposeInterim(ResponseHead response, ListenerView listener, byte[] destination)
    {
        var writer = new HeadWriter(destination);
        AppendStatusLine(ref writer, response);
        AppendFields(ref writer, response, listener);
        writer.AppendLineEnd();
        return writer.Length;
    }

    public static int ComposePage(
        FailureReason reason, ListenerView listener, ReadOnlySpan<byte> date, bool keepOpen, bool withBody, byte[] destination)
    {
        ErrorPage page = ErrorPage.Of(reason);
        var writer = new HeadWriter(destination);
        writer.Append(page.StatusLine);
        if (listener.Snapshot.ServerHeaderEnabled)
        {
            writer.Append("Server: awselb/2.0\r\n"u8);
        }

        writer.AppendField("Date"u8, date);
        writer.Append(page.Fields);
        writer.Append(keepOpen ? "Connection: keep-alive\r\n"u8 : "Connection: close\r\n"u8);
        AppendInserted(ref writer, listener);
        writer.AppendLineEnd();
        if (withBody)
        {
            writer.Append(page.Body);
        }

        return writer.Length;
    }

    /// <summary>The target's field goes on to the client as it is.</summary>
    public static bool IsPassedOn(ResponseHead response, int index, ListenerView listener) =>
        response.IsForwarded(index)
        && response.Fields[index].Known is not (KnownHeader.ContentLength or KnownHeader.TransferEncoding)
        && !IsInserted(listener, response.Fields.Name(index));

    private static void AppendStatusLine(ref HeadWriter writer, ResponseHead response)
    {
        writer.Append("HTTP/1.1 "u8);
        writer.AppendDecimal(response.StatusCode);
        writer.Append((byte)' ');
        writer.Append(response.Reason);
        writer.Append("\r\n"u8);
    }

    private static void AppendFields(ref HeadWriter writer, ResponseHead response, ListenerView listener)
    {
        FieldTable fields = response.Fields;
        for (int i = 0; i < fields.Count; i++)
        {
            if (!IsPassedOn(response, i, listener))
            {
                continue;
            }

            writer.Append(fields.Name(i));
            writer.Append(": "u8);
            writer.Append(fields.Value(i));
            writer.Append("\r\n"u8);
        }
    }

    // What a listener inserts replaces the target's own. Source: ALB user guide, header modification.
    private static bool IsInserted(ListenerView listener, ReadOnlySpan<byte> name)
    {
        foreach (InsertedResponseHeader header in listener.Snapshot.InsertedResponseHeaders)
        {
            if (Ascii.EqualsIgnoreCase(name, header.Name))
            {
                return true;
            }
        }

        return false;
    }

    private static void AppendInserted(ref HeadWriter writer, ListenerView listener)
    {
        foreach (InsertedResponseHeader header in listener.Snapshot.InsertedResponseHeaders)
        {
            writer.Append(header.Line.AsSpan());
        }
    }
}
