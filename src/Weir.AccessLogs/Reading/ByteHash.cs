using System.Buffers.Binary;
using System.Numerics;

namespace Weir.AccessLogs.Reading;

/// <summary>
/// A fast 64-bit hash of bytes, the same in every process. Not against an adversary: where two names must not be taken for
/// one, the names are compared as well.
/// </summary>
/// <remarks>
/// Each eight bytes are multiplied, mixed in and turned, as xxHash does. Products of 128 bits would mix more at a time, but are
/// software on a processor that the compiler may not expect to have them.
/// </remarks>
public static class ByteHash
{
    // Odd, with as many ones as zeroes, nothing else: digits of pi.
    private const ulong First = 0x243F6A8885A308D3, Second = 0x13198A2E03707345, Third = 0xA4093822299F31D1;

    private const int WordBytes = sizeof(ulong);

    public static ulong Of(ReadOnlySpan<byte> bytes) => Of<AsTheyAre>(bytes);

    /// <summary>The same for every number of as many digits: what differs in an id only is of one kind.</summary>
    public static ulong OfKind(ReadOnlySpan<byte> bytes) => Of<DigitsAlike>(bytes);

    private static ulong Of<TWord>(ReadOnlySpan<byte> bytes)
        where TWord : struct, IWord
    {
        ulong hash = First ^ (ulong)bytes.Length;
        if (bytes.Length < WordBytes)
        {
            ulong all = 0;
            foreach (byte value in bytes)
                all = (all << 8) | value;

            return Finish(Mix(hash, TWord.Of(all)));
        }

        for (var rest = bytes; rest.Length > WordBytes; rest = rest[WordBytes..])
            hash = Mix(hash, TWord.Of(BinaryPrimitives.ReadUInt64LittleEndian(rest)));

        // The last eight, which may overlap with those before.
        return Finish(Mix(hash, TWord.Of(BinaryPrimitives.ReadUInt64LittleEndian(bytes[^WordBytes..]))));
    }

    private static ulong Mix(ulong hash, ulong word) => BitOperations.RotateLeft(hash ^ (word * Second), 31) * Third;

    // Source: the finalizer of MurmurHash3, with our constants.
    private static ulong Finish(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * First;
        hash = (hash ^ (hash >> 29)) * Second;
        return hash ^ (hash >> 32);
    }

    private interface IWord
    {
        static abstract ulong Of(ulong bytes);
    }

    private readonly struct AsTheyAre : IWord
    {
        public static ulong Of(ulong bytes) => bytes;
    }

    // 0x30 to 0x3F, so that :;<=>? are digits too; of the eight bytes at once.
    private readonly struct DigitsAlike : IWord
    {
        private const ulong Lowest = 0x0101010101010101;

        public static ulong Of(ulong bytes)
        {
            ulong other = (bytes ^ (0x30 * Lowest)) & (0xF0 * Lowest);
            ulong isOther = (((other & (0x70 * Lowest)) + (0x70 * Lowest)) | other) & (0x80 * Lowest);
            return bytes & ~((~isOther & (0x80 * Lowest)) / 0x80 * 0x0F);
        }
    }
}
