using System.Text;

namespace Weir.Simulation.Balancer;

/// <summary>
/// Writes the field blocks of one direction of a connection, apart from the balancer's encoder: literals without Huffman code, of
/// which some go into the table and are referred to later. Source: RFC 7541 §6.
/// </summary>
internal sealed class FieldBlockMaker
{
    private const int FirstDynamicIndex = 62;
    private const int TableBytes = 4_096;
    private const int OverheadBytes = 32;

    private readonly List<(string Name, string Value)> _table = [];
    private readonly List<byte> _block = [];
    private int _tableBytes;

    /// <param name="name">In lower case, unless it is to be wrong.</param>
    /// <param name="value">Its value.</param>
    /// <param name="keeps">It goes into the table, where it is found the next time.</param>
    public void Add(string name, string value, bool keeps = false)
    {
        int kept = keeps ? _table.IndexOf((name, value)) : -1;
        if (kept >= 0)
        {
            Integer(0x80, 7, FirstDynamicIndex + kept);
            return;
        }

        _block.Add((byte)(keeps ? 0x40 : 0));
        Text(name);
        Text(value);
        if (keeps)
        {
            Keep(name, value);
        }
    }

    /// <summary>The block with all that was added since the last one.</summary>
    public byte[] Take()
    {
        byte[] block = [.. _block];
        _block.Clear();
        return block;
    }

    private void Keep(string name, string value)
    {
        _table.Insert(0, (name, value));
        _tableBytes += name.Length + value.Length + OverheadBytes;
        while (_tableBytes > TableBytes)
        {
            (string oldName, string oldValue) = _table[^1];
            _table.RemoveAt(_table.Count - 1);
            _tableBytes -= oldName.Length + oldValue.Length + OverheadBytes;
        }
    }

    private void Text(string text)
    {
        Integer(0, 7, text.Length);
        _block.AddRange(Encoding.ASCII.GetBytes(text));
    }

    // Source: RFC 7541 §5.1.
    private void Integer(byte pattern, int prefixBits, int value)
    {
        int most = (1 << prefixBits) - 1;
        if (value < most)
        {
            _block.Add((byte)(pattern | value));
            return;
        }

        _block.Add((byte)(pattern | most));
        for (value -= most; value >= 0x80; value >>= 7)
        {
            _block.Add((byte)(value | 0x80));
        }

        _block.Add((byte)value);
    }
}
