using System.Text;
using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;

namespace Weir.Simulation.Balancer;

/// <summary>
/// Reads the field blocks of one direction of a connection. With the balancer's own decoder, for its tables of static fields and of
/// the Huffman code are as long as all the rest here; those have vectors of their own in the tests of Weir.Http.
/// </summary>
internal sealed class FieldBlockTaker
{
    private const int MaxFieldBytes = 64 * 1024;

    // More than the balancer ever makes use of.
    private const int MaxTableBytes = 16 * 1024;

    private readonly HpackDecoder _decoder = new(MaxTableBytes, MaxFieldBytes);
    private readonly FieldSection _section = new();
    private byte[] _buffer = new byte[8 * 1024];
    private int _tableBytes = Http2Limits.HeaderTableBytes;

    // Since the last block.
    private int _leastLimitBytes = int.MaxValue;

    /// <summary>The balancer has agreed to so large a table at the most.</summary>
    public void Limit(int tableBytes)
    {
        _leastLimitBytes = Math.Min(_leastLimitBytes, tableBytes);
        _decoder.ApplyLimit(Math.Min(tableBytes, MaxTableBytes));
    }

    /// <summary>The fields in their order; null: it is no field block.</summary>
    public List<(string Name, string Value)>? Take(ReadOnlySpan<byte> block)
    {
        if (!HeedsLimit(block))
        {
            return null;
        }

        _section.Begin(_buffer);
        while (true)
        {
            HpackStatus status = _decoder.Decode(block, isLast: true, _section, out int consumed);
            block = block[consumed..];
            if (status != HpackStatus.NeedRoom)
            {
                return status == HpackStatus.Complete && !_section.IsTooLarge ? Fields() : null;
            }

            byte[] larger = new byte[_buffer.Length * 2];
            _section.Move(larger);
            _buffer = larger;
        }
    }

    // A table that had to become smaller meanwhile is said to have been, though it may have grown since. Source: RFC 7541 §4.2, §6.3.
    private bool HeedsLimit(ReadOnlySpan<byte> block)
    {
        bool isDue = _leastLimitBytes < _tableBytes;
        int leastBytes = int.MaxValue;
        for (int at = 0; at < block.Length && (block[at] & 0xE0) == 0x20;)
        {
            _tableBytes = Size(block, ref at);
            leastBytes = Math.Min(leastBytes, _tableBytes);
        }

        bool isHeeded = !isDue || leastBytes <= _leastLimitBytes;
        _leastLimitBytes = int.MaxValue;
        return isHeeded;
    }

    private static int Size(ReadOnlySpan<byte> block, ref int at)
    {
        int size = block[at++] & 0x1F;
        for (int shift = 0, more = size == 0x1F ? 0x80 : 0; more != 0 && at < block.Length; shift += 7)
        {
            more = block[at] & 0x80;
            size += (block[at++] & 0x7F) << shift;
        }

        return size;
    }

    private List<(string Name, string Value)> Fields()
    {
        var fields = new List<(string Name, string Value)>(_section.Count);
        for (int i = 0; i < _section.Count; i++)
        {
            fields.Add((Encoding.Latin1.GetString(_section.Name(i)), Encoding.Latin1.GetString(_section.Value(i))));
        }

        return fields;
    }
}
