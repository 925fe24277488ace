using Weir.Http;

namespace Weir.Balancer;

/// <summary>
/// Composes the HTTP/1.1 head that a target gets: the request line, what the balancer adds, then the client's own
/// fields in their order and spelling, without those of the client's hop. Source: ALB user guide, X-Forwarded headers.
/// </summary>
internal static class RequestHeadComposer
{
    /// <summary>Bytes written. The destination has room for the largest request there can be, with what is added to it.</summary>
    /// <param name="asksForHint">Apache and Tomcat say <c>Keep-Alive: timeout=</c> only where the request asks for keep-alive.</param>
    public static int Compose(Exchange exchange, bool asksForHint, byte[] destination)
    {
        RequestHead request = exchange.Client.Request;
        var writer = new HeadWriter(destination);

        AppendRequestLine(ref writer, request);
        ForwardedFor.Append(ref writer, exchange);
        writer.Append(exchange.Listener.ForwardedProtoAndPort);
        HostRule.Append(ref writer, exchange);
        AppendOwn(ref writer, exchange);
        FieldTable fields = request.Fields;
        for (int i = 0; i < fields.Count; i++)
        {
            if (IsPassedOn(exchange, i))
            {
                AppendField(ref writer, fields.Name(i), fields.Value(i));
            }
        }

        AppendFraming(ref writer, request.Framing);
        if (request.Upgrade == UpgradeKind.WebSocket)
        {
            // It belongs to one hop, and this hop asks as well. Source: ALB user guide, WebSockets.
            writer.Append("Connection: Upgrade\r\nUpgrade: websocket\r\n"u8);
        }
        else if (asksForHint)
        {
            writer.Append("Connection: keep-alive\r\n"u8);
        }

        writer.AppendLineEnd();
        return writer.Length;
    }

    /// <summary>What the balancer adds, besides Host.</summary>
    public static void AppendAdded(ref HeadWriter writer, Exchange exchange)
    {
        ForwardedFor.Append(ref writer, exchange);
        writer.Append(exchange.Listener.ForwardedProtoAndPort);
        AppendOwn(ref writer, exchange);
    }

    /// <summary>The client's field goes on to the target as it is.</summary>
    public static bool IsPassedOn(Exchange exchange, int index)
    {
        FieldTable fields = exchange.Request.Fields;
        FieldFlags flags = fields[index].Flags;
        return (flags & (FieldFlags.HopByHop | FieldFlags.NotForwarded)) == 0
            && !(exchange.Listener.LoadBalancer.DropInvalidHeaderFields && (flags & FieldFlags.InvalidName) != 0)
            && !IsReplaced(fields[index].Known, exchange.Request)
            && !TlsHeaders.Replaces(exchange, fields.Name(index));
    }

    private static void AppendOwn(ref HeadWriter writer, Exchange exchange)
    {
        writer.AppendField("X-Amzn-Trace-Id"u8, exchange.TraceId);
        if (exchange.Client.Tls is { } tls)
        {
            exchange.Listener.TlsHeaders?.Append(ref writer, tls);
        }
    }

    private static void AppendRequestLine(ref HeadWriter writer, RequestHead request)
    {
        writer.Append(request.Method);
        writer.Append((byte)' ');
        if (request.TargetForm == TargetForm.Absolute)
        {
            // The absolute form is for proxies; its authority becomes Host. Source: RFC 9112 §3.2.1, §3.2.2.
            ReadOnlySpan<byte> target = request.Target;
            int path = request.Scheme.Length + 3 + request.Authority.Length;
            ReadOnlySpan<byte> origin = target[Math.Min(path, target.Length)..];
            if (origin.IsEmpty || origin[0] != '/')
            {
                writer.Append((byte)'/');
            }

            writer.Append(origin);
        }
        else
        {
            writer.Append(request.Target);
        }

        writer.Append(" HTTP/1.1\r\n"u8);
    }

    private static bool IsReplaced(KnownHeader header, RequestHead request) => header switch
    {
        KnownHeader.Host or KnownHeader.XForwardedFor or KnownHeader.XForwardedProto or KnownHeader.XForwardedPort
            or KnownHeader.XAmznTraceId or KnownHeader.ContentLength or KnownHeader.TransferEncoding => true,
        KnownHeader.Expect => request.ExpectContinue,
        _ => false,
    };

    private static void AppendField(ref HeadWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        writer.Append(name);
        writer.Append(": "u8);
        writer.Append(value);
        writer.Append("\r\n"u8);
    }

    private static void AppendFraming(ref HeadWriter writer, BodyFraming framing)
    {
        if (framing.Kind == BodyKind.Length)
        {
            writer.AppendField("Content-Length"u8, framing.LengthBytes);
        }
        else if (framing.Kind == BodyKind.Chunked)
        {
            writer.Append("Transfer-Encoding: chunked\r\n"u8);
        }
    }
}
