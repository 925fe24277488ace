using System.Text;

namespace Weir.Http.Http2.Hpack;

/// <summary>
/// The 61 fields that every peer knows, from index 1. Those of one name stand next to each other. Process-wide and
/// immutable. Source: RFC 7541 Appendix A.
/// </summary>
internal static class StaticTable
{
    public const int Count = 61;

    /// <summary>Where the dynamic table begins. Source: RFC 7541 §2.3.3.</summary>
    public const int FirstDynamicIndex = Count + 1;

    private const int SlotCount = 256;

    private static readonly (string Name, string Value)[] _fields =
    [
        (":authority", ""),
        (":method", "GET"),
        (":method", "POST"),
        (":path", "/"),
        (":path", "/index.html"),
        (":scheme", "http"),
        (":scheme", "https"),
        (":status", "200"),
        (":status", "204"),
        (":status", "206"),
        (":status", "304"),
        (":status", "400"),
        (":status", "404"),
        (":status", "500"),
        ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"),
        ("accept-language", ""),
        ("accept-ranges", ""),
        ("accept", ""),
        ("access-control-allow-origin", ""),
        ("age", ""),
        ("allow", ""),
        ("authorization", ""),
        ("cache-control", ""),
        ("content-disposition", ""),
        ("content-encoding", ""),
        ("content-language", ""),
        ("content-length", ""),
        ("content-location", ""),
        ("content-range", ""),
        ("content-type", ""),
        ("cookie", ""),
        ("date", ""),
        ("etag", ""),
        ("expect", ""),
        ("expires", ""),
        ("from", ""),
        ("host", ""),
        ("if-match", ""),
        ("if-modified-since", ""),
        ("if-none-match", ""),
        ("if-range", ""),
        ("if-unmodified-since", ""),
        ("last-modified", ""),
        ("link", ""),
        ("location", ""),
        ("max-forwards", ""),
        ("proxy-authenticate", ""),
        ("proxy-authorization", ""),
        ("range", ""),
        ("referer", ""),
        ("refresh", ""),
        ("retry-after", ""),
        ("server", ""),
        ("set-cookie", ""),
        ("strict-transport-security", ""),
        ("transfer-encoding", ""),
        ("user-agent", ""),
        ("vary", ""),
        ("via", ""),
        ("www-authenticate", ""),
    ];

    // Name and value in one, as they are copied.
    private static readonly byte[][] _texts =
        [.. _fields.Select(field => Encoding.ASCII.GetBytes(field.Name + field.Value))];

    private static readonly byte[] _nameLengths = [.. _fields.Select(field => (byte)field.Name.Length)];
    private static readonly KnownHeader[] _known =
        [.. Enumerable.Range(1, Count).Select(index => KnownHeaders.Lookup(Name(index)))];

    private static readonly byte[] _slots = BuildSlots();

    public static ReadOnlySpan<byte> Name(int index) => _texts[index - 1].AsSpan(0, NameLength(index));

    public static ReadOnlySpan<byte> Value(int index) => _texts[index - 1].AsSpan(NameLength(index));

    public static int NameLength(int index) => _nameLengths[index - 1];

    /// <summary>The name, and the value behind it.</summary>
    public static ReadOnlySpan<byte> Text(int index) => _texts[index - 1];

    public static KnownHeader Known(int index) => _known[index - 1];

    /// <summary>The first index with this name, which is in lower case; 0 if there is none.</summary>
    public static int IndexOf(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return 0;
        }

        for (int slot = Slot(name); _slots[slot] != 0; slot = (slot + 1) % SlotCount)
        {
            if (name.SequenceEqual(Name(_slots[slot])))
            {
                return _slots[slot];
            }
        }

        return 0;
    }

    /// <summary>The index with the name of <paramref name="nameIndex"/> and this value; 0 if there is none.</summary>
    public static int IndexOf(int nameIndex, ReadOnlySpan<byte> value)
    {
        for (int index = nameIndex; index <= Count && Name(index).SequenceEqual(Name(nameIndex)); index++)
        {
            if (value.SequenceEqual(Value(index)))
            {
                return index;
            }
        }

        return 0;
    }

    private static int Slot(ReadOnlySpan<byte> name) =>
        ((name.Length * 31) + (name[^1] * 7) + (name[name.Length / 2] * 3) + name[0]) % SlotCount;

    // The first of a name wins; two names that share a slot are one behind the other.
    private static byte[] BuildSlots()
    {
        byte[] slots = new byte[SlotCount];
        for (int index = 1; index <= Count; index++)
        {
            int slot = Slot(Name(index));
            while (slots[slot] != 0 && !Name(slots[slot]).SequenceEqual(Name(index)))
            {
                slot = (slot + 1) % SlotCount;
            }

            if (slots[slot] == 0)
            {
                slots[slot] = (byte)index;
            }
        }

        return slots;
    }
}
