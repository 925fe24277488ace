using System.Text;
using Weir.Http.Http2.Frames;

using static Weir.Http.Tests.Http2.Frames.FrameHex;

namespace Weir.Balancer.Tests;

/// <summary>Field blocks and messages as hexadecimal digits: literals that no table keeps, right or wrong as a test wants them.</summary>
internal static class FieldHex
{
    public const string GetOfA = ":method=GET|:scheme=https|:path=/|:authority=a|";

    public const string PostToA = ":method=POST|:scheme=https|:path=/|:authority=a|";

    /// <summary>Of lines with a bar between them: a name, <c>=</c>, a value.</summary>
    public static string Block(string lines)
    {
        var hex = new StringBuilder();
        foreach (string line in lines.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            int end = line.IndexOf('=', line[0] == '=' ? 0 : 1);
            hex.Append("00").Append(String(line[..end])).Append(String(line[(end + 1)..]));
        }

        return hex.ToString();
    }

    /// <summary>HEADERS with all of such a block.</summary>
    public static string Head(int streamId, string lines, bool ends = true) => Of(FrameType.Headers, ends ? 5 : 4, streamId, Block(lines));

    private static string String(string text) => $"{text.Length:x2}{Convert.ToHexStringLower(Encoding.Latin1.GetBytes(text))}";
}
