using Weir.Fuzz.Oracles.Http2;
using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;

namespace Weir.Http.Tests.Http2.Messages;

/// <summary>Field sections from lines of text: a name, <c>=</c>, a value, with a bar between them; nothing is put right.</summary>
internal static class Sections
{
    public static FieldSection Of(string lines)
    {
        List<byte> block = [];
        foreach (string line in lines.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            int end = line.IndexOf('=', StringComparison.Ordinal);
            block.Add(0);
            AddString(block, line[..end]);
            AddString(block, line[(end + 1)..]);
        }

        FieldBlocks blocks = new(new HpackDecoder(), new FieldSection());
        Assert.Equal(HpackStatus.Complete, blocks.Feed(block.ToArray(), isLast: true));
        return blocks.Section;
    }

    private static void AddString(List<byte> block, string text)
    {
        byte[] room = new byte[HpackIntegers.MaxBytes];
        block.AddRange(room.AsSpan(0, HpackIntegers.Write(text.Length, 7, 0, room)));
        block.AddRange(Wire.Bytes(text));
    }
}
