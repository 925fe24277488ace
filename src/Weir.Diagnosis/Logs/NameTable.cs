using Weir.AccessLogs.Reading;

namespace Weir.Diagnosis.Logs;

/// <summary>
/// Gives each name of one kind a number, and every name after a limit the same one. Shared by all that parse: looking a name
/// up takes no lock, and an entry never changes once it can be seen.
/// </summary>
internal sealed class NameTable(int limit, Func<string, int> add)
{
    /// <summary>What the names after the limit are called.</summary>
    public const string Others = "(others)";

    private const int FirstSlots = 64;

    private readonly Lock _growth = new();
    private Entry?[] _slots = new Entry?[FirstSlots];
    private int _count;
    private int _others = LoggedRequest.NoName;

    /// <summary>Whether a number is that of the names after the limit.</summary>
    public bool IsOthers(int id) => id != LoggedRequest.NoName && id == Volatile.Read(ref _others);

    /// <summary>The number of a name; <see cref="LoggedRequest.NoName"/> of an empty one.</summary>
    public int Number(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
            return LoggedRequest.NoName;

        ulong hash = ByteHash.Of(name);
        return Find(Volatile.Read(ref _slots), name, hash) is { } entry ? entry.Id : Add(name, hash);
    }

    // Half of the slots at least are free, so that a search ends.
    private static Entry? Find(Entry?[] slots, ReadOnlySpan<byte> name, ulong hash)
    {
        for (int slot = (int)hash; ; slot++)
        {
            var entry = Volatile.Read(ref slots[slot & (slots.Length - 1)]);
            if (entry is null || (entry.Hash == hash && name.SequenceEqual(entry.Name)))
                return entry;
        }
    }

    private int Add(ReadOnlySpan<byte> name, ulong hash)
    {
        lock (_growth)
        {
            if (Find(_slots, name, hash) is { } known)
                return known.Id;

            if (_count == limit)
            {
                if (_others == LoggedRequest.NoName)
                    Volatile.Write(ref _others, add(Others));

                return _others;
            }

            if (_count * 2 == _slots.Length)
                Grow();

            var entry = new Entry(name.ToArray(), hash, add(System.Text.Encoding.UTF8.GetString(name)));
            Place(_slots, entry);
            _count++;
            return entry.Id;
        }
    }

    private void Grow()
    {
        var larger = new Entry?[_slots.Length * 2];
        foreach (var entry in _slots)
        {
            if (entry is not null)
                Place(larger, entry);
        }

        Volatile.Write(ref _slots, larger);
    }

    private static void Place(Entry?[] slots, Entry entry)
    {
        int slot = (int)entry.Hash;
        while (slots[slot & (slots.Length - 1)] is not null)
            slot++;

        Volatile.Write(ref slots[slot & (slots.Length - 1)], entry);
    }

    private sealed record Entry(byte[] Name, ulong Hash, int Id);
}
