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

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = First ^ (ulong)bytes.Length;
        if (bytes.Length >= 16)
        {
            var rest = bytes;
            for (; rest.Length > 16; rest = rest[16..])
                hash = Mix(Low(rest) ^ Second, High(rest) ^ hash);

            // The last 16, which may overlap with those before.
            var last = bytes[^16..];
            return Finish(Mix(Low(last) ^ Third, High(last) ^ hash));
        }

        if (bytes.Length >= 8)
        {
            ulong low = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            ulong high = BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]);
            return Finish(Mix(low ^ Third, high ^ hash));
        }

        ulong all = 0;
        foreach (byte value in bytes)
            all = (all << 8) | value;

        return Finish(Mix(all ^ Third, hash));
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
}
