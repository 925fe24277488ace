using System.Text;

namespace Weir.AccessLogs.Tests.Lines;

/// <summary>An independent reading of a line: fields end at a space outside quotes. Knows nothing of the writer.</summary>
internal static class LineFields
{
    public static List<string> Parse(ReadOnlySpan<byte> line)
    {
        Assert.Equal((byte)'\n', line[^1]);
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        foreach (byte value in line[..^1])
        {
            if (value is < (byte)' ' or > (byte)'~')
                Assert.Fail($"byte {value} in a line");
            if (value == '"')
                quoted = !quoted;

            if (value == ' ' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append((char)value);
            }
        }

        Assert.False(quoted);
        fields.Add(field.ToString());
        return fields;
    }

    /// <summary>Undoes <c>\xHH</c>, and takes the quotes off.</summary>
    public static byte[] Unescape(string field)
    {
        string text = field.StartsWith('"') ? field[1..^1] : field;
        var bytes = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                Assert.Equal('x', text[i + 1]);
                bytes.Add(Convert.ToByte(text.Substring(i + 2, 2), 16));
                i += 3;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }

        return [.. bytes];
    }
}
