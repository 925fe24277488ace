using System.Text;

namespace Weir.Http.Tests;

/// <summary>Runs the parsers over text given as Latin-1, one char a byte.</summary>
internal static class Wire
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static RequestHead Request(string text, out ParseStatus status) => Request(text, out status, out _);

    public static RequestHead Request(string text, out ParseStatus status, out int consumed)
    {
        byte[] bytes = Bytes(text);
        RequestHead head = new();
        HeadScanner scanner = default;
        status = RequestParser.Parse(head, bytes, 0, bytes.Length, ref scanner, out consumed);
        return head;
    }

    public static ResponseHead Response(string text, out ParseStatus status, RequestMethod method = RequestMethod.Get)
    {
        byte[] bytes = Bytes(text);
        ResponseHead head = new();
        HeadScanner scanner = default;
        status = ResponseParser.Parse(head, method, bytes, 0, bytes.Length, ref scanner, out _);
        return head;
    }
}
