using System.Buffers.Binary;
using System.Globalization;

namespace Weir.Reactor;

/// <summary>
/// The fingerprint of a run: every delivered event goes into it, so two runs with the same hash took the same course.
/// Only numbers go in, never hash codes, names of types or clocks of the machine.
/// </summary>
internal sealed class SimTrace
{
    // Source: FNV-1a, 64 bits, here over words of 64 bits with one shift more, so that high bits reach low ones.
    private const ulong Offset = 0xCBF29CE484222325;
    private const ulong Prime = 0x100000001B3;

    public ulong Hash { get; private set; } = Offset;

    /// <summary>Where each event is written as a line; null: nowhere.</summary>
    public TextWriter? Text { get; set; }

    public void Record(long atMicros, SimEventKind kind, SimLoop? loop, long subject, long count, ulong bytesHash = 0)
    {
        ulong hash = Mix(Hash, (ulong)atMicros);
        hash = Mix(hash, ((ulong)kind << 32) | (uint)(loop?.Number ?? 0));
        hash = Mix(hash, (ulong)subject);
        hash = Mix(hash, (ulong)count);
        Hash = Mix(hash, bytesHash);
        Text?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{atMicros,12} {loop?.Name ?? "-",-12} {kind,-12} #{subject} {count} {bytesHash:x16}"));
    }

    public static ulong HashOf(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Offset;
        while (bytes.Length >= 8)
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (byte b in bytes)
        {
            hash = Mix(hash, b);
        }

        return hash;
    }

    private static ulong Mix(ulong hash, ulong word)
    {
        hash = (hash ^ word) * Prime;
        return hash ^ (hash >> 29);
    }
}
