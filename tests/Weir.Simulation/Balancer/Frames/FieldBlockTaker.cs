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

    private readonly HpackDecoder _decoder = new(maxFieldBytes: MaxFieldBytes);
    private readonly FieldSection _section = new();
    private byte[] _buffer = new byte[8 * 1024];

    /// <summary>The fields in their order; null: it is no field block.</summary>
    public List<(string Name, string Value)>? Take(ReadOnlySpan<byte> block)
    {
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
