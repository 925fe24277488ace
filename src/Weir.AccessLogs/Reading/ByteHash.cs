using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Weir.AccessLogs.Reading;

/// <summary>
/// A fast 64-bit hash of bytes, the same in every process: products of 64 by 64 bits, folded. Not against an adversary:
/// where two names must not be taken for one, the names are compared as well.
/// </summary>
public static class ByteHash
{
    // Odd, with as many ones as zeroes, nothing else: digits of pi.
    private const ulong First = 0x243F6A8885A308D3, Second = 0x13198A2E03707345, Third = 0xA4093822299F31D1;

    public static ulong Of(ReadOnlySpan<byte> bytes) => Of<AsTheyAre>(bytes);

    /// <summary>The same for every number of as many digits: what differs in an id only is of one kind.</summary>
    public static ulong OfKind(ReadOnlySpan<byte> bytes) => Of<DigitsAlike>(bytes);

    private static ulong Of<TWord>(ReadOnlySpan<byte> bytes)
        where TWord : struct, IWord
    {
        ulong hash = First ^ (ulong)bytes.Length;
        if (bytes.Length >= 16)
        {
            var rest = bytes;
            for (; rest.Length > 16; rest = rest[16..])
                hash = Mix(TWord.Of(Low(rest)) ^ Second, TWord.Of(High(rest)) ^ hash);

            // The last 16, which may overlap with those before.
            var last = bytes[^16..];
            return Finish(Mix(TWord.Of(Low(last)) ^ Third, TWord.Of(High(last)) ^ hash));
        }

        if (bytes.Length >= 8)
        {
            ulong low = TWord.Of(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            ulong high = TWord.Of(BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]));
            return Finish(Mix(low ^ Third, high ^ hash));
        }

        ulong all = 0;
        foreach (byte value in bytes)
            all = (all << 8) | value;

        return Finish(Mix(TWord.Of(all) ^ Third, hash));
    }

    private static ulong Low(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    private static ulong High(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);

    private static ulong Finish(ulong hash) => Mix(hash ^ Second, First);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
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
