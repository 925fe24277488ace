using System.Text;

namespace Weir.Http;

/// <summary>
/// The fields of one head in the order they came, as offsets into a buffer that the connection owns. Owned by a
/// <see cref="RequestHead"/> or <see cref="ResponseHead"/>, whose reuse keeps the table; it never copies a byte.
/// </summary>
public sealed class FieldTable
{
    private HeaderField[] _fields = new HeaderField[32];
    private byte[] _buffer = [];
    private int _start;
    private ulong _known;

    public int Count { get; private set; }

    public ref readonly HeaderField this[int index] => ref _fields.AsSpan(0, Count)[index];

    public ReadOnlySpan<byte> Name(int index)
    {
        ref readonly HeaderField field = ref this[index];
        return Slice(field.NameOffset, field.NameLength);
    }

    public ReadOnlySpan<byte> Value(int index)
    {
        ref readonly HeaderField field = ref this[index];
        return Slice(field.ValueOffset, field.ValueLength);
    }

    /// <summary>True if a field of this name is there, at the cost of one test.</summary>
    public bool Contains(KnownHeader header) => (_known & (1UL << (int)header)) != 0;

    /// <summary>The same for a set of names, as bits of <see cref="KnownHeader"/>.</summary>
    internal bool ContainsAny(ulong headers) => (_known & headers) != 0;

    /// <summary>Index of the first field of this name at or after <paramref name="from"/>, or -1.</summary>
    public int IndexOf(KnownHeader header, int from = 0)
    {
        if (Contains(header))
        {
            for (int index = from; index < Count; index++)
            {
                if (_fields[index].Known == header)
                {
                    return index;
                }
            }
        }

        return -1;
    }

    /// <summary>
    /// Index of the first field of this name, whatever its case, at or after <paramref name="from"/>, or -1.
    /// </summary>
    public int IndexOf(ReadOnlySpan<byte> name, int from = 0)
    {
        for (int index = from; index < Count; index++)
        {
            if (Ascii.EqualsIgnoreCase(Name(index), name))
            {
                return index;
            }
        }

        return -1;
    }

    internal void Reset(byte[] buffer, int start)
    {
        Rebase(buffer, start);
        Count = 0;
        _known = 0;
    }

    internal void Rebase(byte[] buffer, int start)
    {
        _buffer = buffer;
        _start = start;
    }

    internal ReadOnlySpan<byte> Slice(int offset, int length) => _buffer.AsSpan(_start + offset, length);

    /// <summary>False when the table is full (<see cref="HttpLimits.HeaderCount"/>).</summary>
    internal bool TryAdd(in HeaderField field)
    {
        if (Count == _fields.Length)
        {
            if (Count >= HttpLimits.HeaderCount)
            {
                return false;
            }

            Array.Resize(ref _fields, Count * 2);
        }

        _fields[Count++] = field;
        _known |= 1UL << (int)field.Known;
        return true;
    }

    /// <summary>Gives a field another value, which lies in the same buffer.</summary>
    internal void SetValue(int index, int valueOffset, int valueLength)
    {
        ref HeaderField field = ref _fields[index];
        field = new HeaderField(
            field.NameOffset, field.NameLength, valueOffset, valueLength, field.Known, field.Flags);
    }

    internal void Mark(int index, FieldFlags flags) => _fields[index] = _fields[index].With(flags);
}
