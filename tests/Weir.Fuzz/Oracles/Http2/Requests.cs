using System.Text;
using Weir.Http;

namespace Weir.Fuzz.Oracles.Http2;

/// <summary>
/// What must hold of a request of HTTP/2 that was let pass: written as HTTP/1.1, it is one request that says the same.
/// </summary>
internal static class Requests
{
    public static string? Check(RequestHead head)
    {
        if (head.Refusal != RequestRefusal.None || head.KnownMethod == RequestMethod.Connect)
        {
            return null;
        }

        byte[] room = new byte[256 * 1024];
        HeadWriter writer = new(room);
        writer.Append(head.Method);
        writer.Append((byte)' ');
        writer.Append(head.Target);
        writer.Append(" HTTP/1.1\r\n"u8);
        int written = 0;
        for (int index = 0; index < head.Fields.Count; index++)
        {
            if (head.IsForwarded(index) && head.Fields[index].Known != KnownHeader.ContentLength)
            {
                writer.AppendField(head.Fields.Name(index), head.Fields.Value(index));
                written++;
            }
        }

        writer.AppendLineEnd();
        RequestHead read = new();
        HeadScanner scanner = default;
        ParseStatus status = RequestParser.Parse(read, room, 0, writer.Length, ref scanner, out int consumed);
        if (read.Refusal is RequestRefusal.MissingHost or RequestRefusal.HeaderLineTooLong
            or RequestRefusal.HeadersTooLarge or RequestRefusal.TooManyHeaders)
        {
            return null;
        }

        string wire = Encoding.Latin1.GetString(writer.Written);
        return status != ParseStatus.Complete || consumed != writer.Length ? $"{status} {read.Refusal}\n{wire}"
            : read.Fields.Count != written ? $"{written} fields became {read.Fields.Count}\n{wire}"
            : !read.Target.SequenceEqual(head.Target) || !read.Host.SequenceEqual(head.Host) ? $"other target or host\n{wire}"
            : Count(read, KnownHeader.Cookie) > 1 || Count(read, KnownHeader.Host) > 1 ? $"several hosts or cookies\n{wire}"
            : read.Framing.Kind != BodyKind.None ? $"a body out of nothing\n{wire}"
            : null;
    }

    private static int Count(RequestHead head, KnownHeader known)
    {
        int count = 0;
        for (int index = -1; (index = head.Fields.IndexOf(known, index + 1)) >= 0;)
        {
            count++;
        }

        return count;
    }
}
