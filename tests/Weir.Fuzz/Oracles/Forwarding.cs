using System.Text;
using Weir.Http;

namespace Weir.Fuzz.Oracles;

/// <summary>
/// Writes an accepted head for the next hop and reads it back: method, target, fields and framing must be the same, or
/// the next hop would understand something else than we did.
/// </summary>
internal static class Forwarding
{
    private const int Room = 128 * 1024;

    /// <summary>Fields that the forwarder writes itself.</summary>
    private static bool IsRewritten(KnownHeader known) => known is KnownHeader.ContentLength
        or KnownHeader.TransferEncoding or KnownHeader.Expect or KnownHeader.Host;

    public static string? Check(RequestHead head)
    {
        byte[] wire = Write(head);
        RequestHead again = new();
        HeadScanner scanner = default;
        ParseStatus status = RequestParser.Parse(again, wire, 0, wire.Length, ref scanner, out int consumed);
        if (status != ParseStatus.Complete || consumed != wire.Length)
        {
            return $"forwarded request is {status} {again.Refusal}, {consumed} of {wire.Length}:\n{Latin1(wire)}";
        }

        bool same = head.Method.SequenceEqual(again.Method)
            && head.Target.SequenceEqual(again.Target)
            && head.Host.SequenceEqual(again.Host)
            && head.Framing == again.Framing
            && again.KeepAlive
            && Fields(head.Fields, head.IsForwarded) == Fields(again.Fields, again.IsForwarded);
        return same ? null : $"forwarded request differs:\n{HeadText.Of(head)}{HeadText.Of(again)}";
    }

    public static string? Check(ResponseHead head, RequestMethod method)
    {
        // Over HTTP/2 the head itself ends such a stream, and without a length HTTP/1.1 would read on until the connection ends.
        bool endsWithHead = head is { Version: ProtocolVersion.Http2, Framing.Kind: BodyKind.None, StatusCode: >= 200 and not 204 and not 304 }
            && method != RequestMethod.Head;
        BodyFraming framing = endsWithHead ? BodyFraming.Length(0) : head.Framing;
        byte[] wire = Write(head, framing);
        ResponseHead again = new();
        HeadScanner scanner = default;
        ParseStatus status = ResponseParser.Parse(again, method, wire, 0, wire.Length, ref scanner, out int consumed);
        if (status != ParseStatus.Complete || consumed != wire.Length)
        {
            return $"forwarded response is {status} {again.Refusal}, {consumed} of {wire.Length}:\n{Latin1(wire)}";
        }

        bool same = head.StatusCode == again.StatusCode
            && head.Reason.SequenceEqual(again.Reason)
            && framing == again.Framing
            && Fields(head.Fields, head.IsForwarded) == Fields(again.Fields, again.IsForwarded);
        return same ? null : $"forwarded response differs:\n{HeadText.Of(head)}{HeadText.Of(again)}";
    }

    private static byte[] Write(RequestHead head)
    {
        HeadWriter writer = new(new byte[Room]);
        writer.Append(head.Method);
        writer.Append((byte)' ');
        writer.Append(head.Target);
        writer.Append(" HTTP/1.1\r\n"u8);
        writer.AppendField("Host"u8, head.Host);
        Copy(ref writer, head.Fields, head.IsForwarded);
        AppendFraming(ref writer, head.Framing);
        writer.AppendLineEnd();
        return writer.Written.ToArray();
    }

    private static byte[] Write(ResponseHead head, BodyFraming framing)
    {
        HeadWriter writer = new(new byte[Room]);
        writer.Append("HTTP/1.1 "u8);
        writer.AppendDecimal(head.StatusCode);
        writer.Append((byte)' ');
        writer.Append(head.Reason);
        writer.AppendLineEnd();
        Copy(ref writer, head.Fields, head.IsForwarded);
        AppendFraming(ref writer, framing);
        writer.AppendLineEnd();
        return writer.Written.ToArray();
    }

    private static void AppendFraming(ref HeadWriter writer, BodyFraming framing)
    {
        if (framing.Kind == BodyKind.Length)
        {
            writer.AppendField("Content-Length"u8, framing.LengthBytes);
        }
        else if (framing.Kind == BodyKind.Chunked)
        {
            writer.AppendField("Transfer-Encoding"u8, "chunked"u8);
        }
    }

    private static void Copy(ref HeadWriter writer, FieldTable fields, Func<int, bool> isForwarded)
    {
        for (int index = 0; index < fields.Count; index++)
        {
            if (isForwarded(index) && !IsRewritten(fields[index].Known))
            {
                writer.AppendField(fields.Name(index), fields.Value(index));
            }
        }
    }

    private static string Fields(FieldTable fields, Func<int, bool> isForwarded)
    {
        StringBuilder text = new();
        for (int index = 0; index < fields.Count; index++)
        {
            if (isForwarded(index) && !IsRewritten(fields[index].Known))
            {
                text.Append($"{Latin1(fields.Name(index))}\u0100{Latin1(fields.Value(index))}\u0101");
            }
        }

        return text.ToString();
    }

    private static string Latin1(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
