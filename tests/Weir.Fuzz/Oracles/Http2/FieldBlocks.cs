using System.Text;
using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;

namespace Weir.Fuzz.Oracles.Http2;

/// <summary>
/// Field blocks of one connection, decoded as the balancer would: what was not consumed comes again with more behind it,
/// at another place, and the section's buffer grows when it is asked for.
/// </summary>
internal sealed class FieldBlocks(HpackDecoder decoder, FieldSection section)
{
    private byte[] _rest = [];
    private bool _begun;

    public FieldSection Section => section;

    /// <summary>The largest buffer that was asked for.</summary>
    public int LargestBufferBytes { get; private set; }

    public HpackStatus Feed(ReadOnlySpan<byte> piece, bool isLast)
    {
        if (!_begun)
        {
            section.Begin(new byte[32]);
            _begun = true;
        }

        byte[] input = [.. _rest, .. piece];
        int at = 0;
        while (true)
        {
            HpackStatus status = decoder.Decode(input.AsSpan(at), isLast, section, out int consumed);
            at += consumed;
            if (status != HpackStatus.NeedRoom)
            {
                _rest = input[at..];
                _begun = status == HpackStatus.NeedMore;
                return status;
            }

            section.Move(new byte[section.Buffer.Length * 2]);
            LargestBufferBytes = Math.Max(LargestBufferBytes, section.Buffer.Length);
        }
    }

    /// <summary>A whole block in pieces of the same size.</summary>
    public HpackStatus Feed(ReadOnlySpan<byte> block, int pieceBytes)
    {
        while (block.Length > pieceBytes)
        {
            HpackStatus status = Feed(block[..pieceBytes], isLast: false);
            if (status != HpackStatus.NeedMore)
            {
                return status;
            }

            block = block[pieceBytes..];
        }

        return Feed(block, isLast: true);
    }

    /// <summary>The fields, one a line.</summary>
    public string Text()
    {
        StringBuilder text = new();
        for (int index = 0; index < section.Count; index++)
        {
            text.Append(Encoding.Latin1.GetString(section.Name(index))).Append(": ")
                .Append(Encoding.Latin1.GetString(section.Value(index)))
                .Append((section[index].Flags & FieldFlags.NeverIndexed) != 0 ? " (never)\n" : "\n");
        }

        return section.IsTooLarge ? "too large\n" : text.ToString();
    }
}
