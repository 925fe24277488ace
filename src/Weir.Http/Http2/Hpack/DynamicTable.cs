using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;

namespace Weir.Http.Http2.Hpack;

/// <summary>
/// The fields that one direction of a connection has said before, newest first. Owned by the decoder or the encoder of
/// that direction. All its memory is there from the start: a ring of bytes, and one of entries; adding drops the
/// oldest. Source: RFC 7541 §2.3.2, §4.
/// </summary>
internal sealed class DynamicTable
{
    private readonly byte[] _bytes;
    private readonly Entry[] _entries;

    // Of the entries beside them, to be searched at once; 0 where there is none. For the encoder only.
    private readonly uint[] _hashes;

    private int _newest;
    private int _end;

    /// <param name="capacityBytes">The largest size that may ever be set: a multiple of what a field costs.</param>
    /// <param name="searchable">True if <see cref="Find"/> is to be asked.</param>
    public DynamicTable(int capacityBytes, bool searchable)
    {
        Debug.Assert(capacityBytes is >= Http2Limits.FieldOverheadBytes and <= ushort.MaxValue, "lengths fit 16 bits");
        _bytes = new byte[capacityBytes];
        _entries = new Entry[capacityBytes / Http2Limits.FieldOverheadBytes];
        _hashes = searchable ? new uint[_entries.Length] : [];
        MaxBytes = capacityBytes;
    }

    public int Count { get; private set; }

    /// <summary>The size in force.</summary>
    public int MaxBytes { get; private set; }

    /// <summary>What the entries come to, with the overhead of each.</summary>
    public int SizeBytes { get; private set; }

    public int CapacityBytes => _bytes.Length;

    /// <summary>Sets the size in force, and drops what no longer fits.</summary>
    public void Resize(int maxBytes)
    {
        Debug.Assert(maxBytes <= CapacityBytes, "the caller has checked");
        MaxBytes = maxBytes;
        Evict(maxBytes);
    }

    /// <summary>A field that is larger than the table empties it. Source: RFC 7541 §4.4.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, KnownHeader known, uint hash = 0)
    {
        int size = name.Length + value.Length + Http2Limits.FieldOverheadBytes;
        Evict(Math.Max(MaxBytes - size, 0));
        if (size > MaxBytes)
        {
            return;
        }

        _newest = _newest + 1 == _entries.Length ? 0 : _newest + 1;
        _entries[_newest] = new Entry(_end, (ushort)name.Length, (ushort)value.Length, known);
        if (_hashes.Length > 0)
        {
            _hashes[_newest] = hash;
        }

        Append(name);
        Append(value);
        Count++;
        SizeBytes += size;
    }

    /// <summary>Length of the name at <paramref name="age"/>, where 0 is the newest entry.</summary>
    public int NameLength(int age) => _entries[Slot(age)].NameLength;

    public int ValueLength(int age) => _entries[Slot(age)].ValueLength;

    public KnownHeader Known(int age) => _entries[Slot(age)].Known;

    public void CopyName(int age, Span<byte> destination)
    {
        ref readonly Entry entry = ref _entries[Slot(age)];
        Copy(entry.Offset, destination[..entry.NameLength]);
    }

    /// <summary>The name, and the value behind it, as they lie here.</summary>
    public void CopyField(int age, Span<byte> destination)
    {
        ref readonly Entry entry = ref _entries[Slot(age)];
        Copy(entry.Offset, destination[..(entry.NameLength + entry.ValueLength)]);
    }

    /// <summary>Age of the newest entry that is this field, or -1.</summary>
    public int Find(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint hash)
    {
        int found = -1;
        for (int slot = 0; slot < _hashes.Length; slot++)
        {
            int next = _hashes.AsSpan(slot).IndexOf(hash);
            if (next < 0)
            {
                break;
            }

            slot += next;
            int age = _newest - slot + (slot > _newest ? _entries.Length : 0);
            if ((found < 0 || age < found) && IsField(_entries[slot], name, value))
            {
                found = age;
            }
        }

        return found;
    }

    /// <summary>
    /// A number for <see cref="Find"/>, never 0. It looks at the ends of the value only: entries are compared anyway.
    /// </summary>
    public static uint Hash(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ulong hash = (Ends(name) * 0x9E3779B97F4A7C15) ^ Ends(value) ^ ((ulong)value.Length << 56);
        hash *= 0xBF58476D1CE4E5B9;
        return (uint)(hash >> 32) | 1;
    }

    private static ulong Ends(ReadOnlySpan<byte> text)
    {
        if (text.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(text)
                ^ BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(text[^sizeof(ulong)..]), 29);
        }

        ulong ends = (ulong)text.Length;
        foreach (byte value in text)
        {
            ends = (ends << 8) | value;
        }

        return ends;
    }

    private void Evict(int maxBytes)
    {
        while (SizeBytes > maxBytes)
        {
            int slot = Slot(Count - 1);
            SizeBytes -= _entries[slot].NameLength + _entries[slot].ValueLength + Http2Limits.FieldOverheadBytes;
            Count--;
            if (_hashes.Length > 0)
            {
                _hashes[slot] = 0;
            }
        }
    }

    private bool IsField(in Entry entry, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        entry.NameLength == name.Length && entry.ValueLength == value.Length
        && Equal(entry.Offset, name) && Equal(Wrap(entry.Offset + name.Length), value);

    private bool Equal(int offset, ReadOnlySpan<byte> text)
    {
        int first = Math.Min(text.Length, _bytes.Length - offset);
        return _bytes.AsSpan(offset, first).SequenceEqual(text[..first])
            && _bytes.AsSpan(0, text.Length - first).SequenceEqual(text[first..]);
    }

    private void Copy(int offset, Span<byte> destination)
    {
        int first = _bytes.Length - offset;
        if (destination.Length <= first)
        {
            _bytes.AsSpan(offset, destination.Length).CopyTo(destination);
            return;
        }

        _bytes.AsSpan(offset).CopyTo(destination);
        _bytes.AsSpan(0, destination.Length - first).CopyTo(destination[first..]);
    }

    // The text of all entries is shorter than the ring, by the overhead of each.
    private void Append(ReadOnlySpan<byte> text)
    {
        int first = Math.Min(text.Length, _bytes.Length - _end);
        text[..first].CopyTo(_bytes.AsSpan(_end));
        text[first..].CopyTo(_bytes);
        _end = Wrap(_end + text.Length);
    }

    private int Wrap(int offset) => offset >= _bytes.Length ? offset - _bytes.Length : offset;

    private int Slot(int age)
    {
        int slot = _newest - age;
        return slot < 0 ? slot + _entries.Length : slot;
    }

    private readonly record struct Entry(int Offset, ushort NameLength, ushort ValueLength, KnownHeader Known);
}
