namespace Weir.Http;

/// <summary>
/// Where one field lies in its head's buffer, relative to the head's start, and what is known of it. Owned by a
/// <see cref="FieldTable"/>; 16 bytes; it never holds text itself. Name and value are without the blanks around them.
/// </summary>
public readonly struct HeaderField
{
    internal HeaderField(
        int nameOffset, int nameLength, int valueOffset, int valueLength, KnownHeader known, FieldFlags flags)
    {
        NameOffset = nameOffset;
        NameLength = (ushort)nameLength;
        ValueOffset = valueOffset;
        ValueLength = (ushort)valueLength;
        Known = known;
        Flags = flags;
    }

    public int NameOffset { get; }

    public int ValueOffset { get; }

    // Every line limit is below 64 K, so that lengths fit 16 bits.
    public ushort NameLength { get; }

    public ushort ValueLength { get; }

    public KnownHeader Known { get; }

    public FieldFlags Flags { get; }

    internal HeaderField With(FieldFlags flags) =>
        new(NameOffset, NameLength, ValueOffset, ValueLength, Known, Flags | flags);
}
